#include "tools/chaos/scenario_file.hpp"
#include "policies/schema/decode.hpp"
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace troupe::tools::chaos {

tl::expected<policies::chaos::scenario, std::string> load_scenario(const std::string& file) {
  std::ifstream in(file);
  if (!in) return tl::make_unexpected(fmt::format("read {}: {}", file, std::strerror(errno)));
  std::stringstream text;
  text << in.rdbuf();
  // JSON is YAML, too.
  auto document = policies::schema::parse_document(policies::schema::body_format::yaml, text.str());
  if (!document) return tl::make_unexpected(fmt::format("{}: {}", file, document.error().message));
  if (!document->is_object()) return tl::make_unexpected(fmt::format("{}: the scenario is not a mapping", file));
  auto out = policies::chaos::read_scenario(document->get_object());
  if (!out) return tl::make_unexpected(fmt::format("{}: {}", file, out.error()));
  return out;
}

} // namespace troupe::tools::chaos
