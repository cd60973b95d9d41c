#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/link/interface.hpp"
#include "policies/cluster/identity.hpp"

namespace troupe::actors::link {

/// A change of this number means that two programs do not understand each other's messages.
constexpr std::uint32_t link_protocol = 1;

/// The face of this process for one peer. The peer is authenticated, but a worker's word is taken only where
/// `policies::cluster::may_offer` allows it.
struct gateway_state {
  static inline const char* name = "gateway";
  using self_pointer = stateful<gateway_state>*;
  explicit gateway_state(self_pointer s) : self(s) {}

  void hello(std::uint32_t protocol, const caf::actor& other);
  void offered(const std::string& role, const caf::strong_actor_ptr& player);
  void told(const shared<roster>& nodes);

  self_pointer self;
  std::uint64_t link = 0;
  policies::cluster::node_identity own, peer;
  links_actor links;
  directory::directory_actor directory;
};

/// `gateway(self, link number, own identity, peer's identity, links, directory)`. From the peer: (hello_atom, protocol,
/// its gateway), (offer_atom, role, player or null), (roster_atom, nodes; from control-plane nodes to workers).
caf::behavior gateway(gateway_state::self_pointer self, std::uint64_t link, policies::cluster::node_identity own,
                      policies::cluster::node_identity peer, links_actor links, directory::directory_actor directory);

} // namespace troupe::actors::link
