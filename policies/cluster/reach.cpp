#include "policies/cluster/reach.hpp"

namespace troupe::policies::cluster {

namespace {

/// Roles that speak of the node itself.
bool own_role(const node_identity& node, std::string_view role) {
  auto id = std::to_string(node.id);
  return role == "kubelet/" + node.name || role == "node/" + id || role == "inspector/" + id;
}

/// What control-plane nodes need of each other. Everything else each has of its own, fed from the same store.
bool shared_role(std::string_view role) {
  bool member = role.starts_with("store/") && role.find("/member/") != std::string_view::npos;
  return member || role.starts_with("kubelet/") || role.starts_with("node/") || role.starts_with("inspector/");
}

} // namespace

bool may_reach(const node_identity& self, const node_identity& peer, std::string_view role) {
  if (!peer.control_plane) return role == "node/" + std::to_string(self.id);
  if (!self.control_plane) return own_role(self, role);
  return shared_role(role);
}

bool may_offer(const node_identity& peer, std::string_view role) {
  if (!peer.control_plane) return own_role(peer, role);
  return true;
}

bool dials(const node_identity& self, const node_identity& peer) {
  if (!peer.control_plane || self.id == peer.id) return false;
  return !self.control_plane || self.id > peer.id;
}

} // namespace troupe::policies::cluster
