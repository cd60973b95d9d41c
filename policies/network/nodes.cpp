#include "policies/network/nodes.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::network {

namespace {

std::optional<ipv4> internal_address(const api::object& node) {
  auto* addresses = api::array_at(node.status(), {"addresses"});
  if (!addresses) return std::nullopt;
  for (auto& a : *addresses)
    if (api::string_at(a, {"type"}) == "InternalIP")
      if (auto found = services::parse_ipv4(api::string_at(a, {"address"}))) return found;
  return std::nullopt;
}

/// The IPv4 one of a node's ranges.
std::optional<subnet> pod_range(const api::object& node) {
  if (auto* ranges = api::array_at(node.spec(), {"podCIDRs"}))
    for (auto& r : *ranges)
      if (r.is_string())
        if (auto found = parse_subnet(std::string_view(r.get_string()))) return found;
  return parse_subnet(api::string_at(node.spec(), {"podCIDR"}));
}

/// Who of the earlier ones stands in the way, and with what; empty if nobody.
std::string clash(const node& fresh, const node& earlier) {
  if (fresh.pods.overlaps(earlier.pods))
    return fmt::format("node {}: its pods' range {} overlaps {} of node {}", fresh.name, to_text(fresh.pods),
                       to_text(earlier.pods), earlier.name);
  if (fresh.address == earlier.address)
    return fmt::format("node {}: its address {} is that of node {}", fresh.name, services::to_text(fresh.address),
                       earlier.name);
  return {};
}

} // namespace

node_list nodes_of(const api::object_table& nodes, const node& self, const subnet& cluster) {
  node_list out;
  // Ranges do not overlap, so that looking at the neighbours in order is enough.
  std::map<ipv4, const node*> by_range, by_address;
  out.nodes.reserve(nodes.size());
  auto note = [&](const node& n) {
    by_range.emplace(n.pods.base, &n);
    by_address.emplace(n.address, &n);
  };
  note(self);
  for (auto& [key, object] : nodes.all()) {
    if (object->name() == self.name) continue;
    auto address = internal_address(*object);
    auto pods = pod_range(*object);
    if (!address || !pods || !cluster.contains(*pods)) continue;
    node fresh{std::string(object->name()), *address, *pods};
    std::string problem;
    auto after = by_range.upper_bound(fresh.pods.base);
    if (after != by_range.end()) problem = clash(fresh, *after->second);
    if (problem.empty() && after != by_range.begin()) problem = clash(fresh, *std::prev(after)->second);
    auto same = by_address.find(fresh.address);
    if (problem.empty() && same != by_address.end()) problem = clash(fresh, *same->second);
    if (!problem.empty()) {
      out.problems.push_back(std::move(problem));
      continue;
    }
    out.nodes.push_back(std::move(fresh));
    note(out.nodes.back());
  }
  return out;
}

} // namespace troupe::policies::network
