#include "policies/cluster/identity.hpp"
#include <algorithm>
#include <charconv>

namespace troupe::policies::cluster {

namespace {

constexpr std::string_view name_prefix = "system:node:", id_suffix = ".node.troupe.internal";
constexpr std::string_view nodes_group = "system:nodes", control_plane_group = "troupe:control-plane";

std::optional<std::uint64_t> id_in(std::string_view dns_name) {
  if (!dns_name.ends_with(id_suffix)) return std::nullopt;
  dns_name.remove_suffix(id_suffix.size());
  std::uint64_t id = 0;
  auto [end, error] = std::from_chars(dns_name.data(), dns_name.data() + dns_name.size(), id);
  if (error != std::errc() || end != dns_name.data() + dns_name.size() || id == 0) return std::nullopt;
  if (std::to_string(id) != dns_name) return std::nullopt; // One spelling: no leading zeros.
  return id;
}

} // namespace

certificate_subject subject_of(const node_identity& node) {
  certificate_subject out{std::string(name_prefix) + node.name, {std::string(nodes_group)},
                          {std::to_string(node.id) + std::string(id_suffix)}};
  if (node.control_plane) out.organizations.emplace_back(control_plane_group);
  return out;
}

std::optional<node_identity> identity_of(const certificate_subject& subject) {
  auto has = [&](std::string_view group) {
    return std::find(subject.organizations.begin(), subject.organizations.end(), group) != subject.organizations.end();
  };
  if (!subject.common_name.starts_with(name_prefix) || subject.common_name.size() == name_prefix.size()) return {};
  if (!has(nodes_group)) return {};
  node_identity out;
  out.name = subject.common_name.substr(name_prefix.size());
  out.control_plane = has(control_plane_group);
  for (auto& name : subject.dns_names) {
    auto id = id_in(name);
    if (!id) continue;
    if (out.id != 0 && out.id != *id) return {}; // Two ids are none.
    out.id = *id;
  }
  if (out.id == 0) return {};
  return out;
}

} // namespace troupe::policies::cluster
