#include "tools/inspect/output.hpp"
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace troupe::tools::inspect {

namespace json = api::json;

void print_document(const json::value& v, const std::string& format) {
  if (format != "yaml") {
    fmt::print("{}\n", json::serialize(v));
    return;
  }
  YAML::Emitter out;
  out << YAML::Load(json::serialize(v)); // JSON is YAML in flow style; block style is for people.
  fmt::print("{}\n", out.c_str());
}

void print_documents(const std::vector<json::object>& all, const std::string& format) {
  if (format != "jsonl") return print_document(json::array(all.begin(), all.end()), format);
  for (auto& each : all) fmt::print("{}\n", json::serialize(each));
}

} // namespace troupe::tools::inspect
