#include "tools/troupe/master.hpp"
#include "tools/troupe/settings.hpp"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

namespace troupe::tools {

namespace json = api::json;

void declare_choice(CLI::App& command, const std::shared_ptr<cluster_choice>& to) {
  command.add_option("--kubeconfig", to->kubeconfig,
                     "of an administrator of the cluster (default: $KUBECONFIG, or that "
                     "of the node on this machine)");
  command.add_option("--data-dir", to->data_dir, "data directory of a control-plane node, whose kubeconfig is taken");
  command.add_option("-o,--output", to->format, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

std::string kubeconfig_of(const cluster_choice& c) {
  if (!c.kubeconfig.empty()) return c.kubeconfig;
  if (!c.data_dir.empty()) return c.data_dir + "/kubeconfig";
  const auto* named = std::getenv("KUBECONFIG");
  if (named != nullptr && *named != '\0') return {};
  auto here = default_data_dir() + "/kubeconfig";
  std::error_code error;
  return std::filesystem::exists(here, error) ? here : std::string();
}

tl::expected<std::unique_ptr<bench::api_client>, std::string> open_cluster(const cluster_choice& c) {
  bench::server_options from;
  from.kubeconfig = kubeconfig_of(c);
  auto to = bench::resolve(from);
  if (!to) return tl::make_unexpected(to.error());
  return bench::api_client::connect(*to);
}

std::string table_of(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += fmt::format("{:<{}}", row[i], widths[i] + 2);
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string cell(const json::object& row, std::string_view name, std::string_view otherwise) {
  auto* value = row.if_contains(name);
  if (!value || value->is_null()) return std::string(otherwise);
  if (value->is_string())
    return value->get_string().empty() ? std::string(otherwise) : std::string(value->get_string());
  if (!value->is_array()) return json::serialize(*value);
  std::string out;
  for (auto& each : value->get_array())
    out += fmt::format("{}{}", out.empty() ? "" : ",",
                       each.is_string() ? std::string(each.get_string()) : json::serialize(each));
  return out.empty() ? std::string(otherwise) : out;
}

} // namespace troupe::tools
