#pragma once
#include "policies/api/object_table.hpp"
#include "policies/network/subnet.hpp"
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::network {

/// Another node, as far as packets to its pods are concerned.
struct node {
  std::string name;
  ipv4 address = 0; ///< where other nodes reach it
  subnet pods;
  bool operator==(const node&) const = default;
};

struct node_list {
  std::vector<node> nodes;           ///< in order of name
  std::vector<std::string> problems; ///< why a node's pods are not reached, one sentence each
};

/// The other nodes of the cluster: those with an IPv4 InternalIP and a range of pods inside the cluster's. Of two nodes
/// that claim the same addresses the first by name has them. Nodes without a range yet, nodes of other address
/// families and simulated nodes, whose ranges lie elsewhere, are left out silently.
[[nodiscard]] node_list nodes_of(const api::object_table& nodes, const node& self, const subnet& cluster);

} // namespace troupe::policies::network
