#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/message.hpp"
#include "actors/directory/roster.hpp"
#include "net/link/endpoint.hpp"
#include <caf/actor.hpp>
#include <caf/typed_actor.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::actors::link {

using hello_atom = caf::atom_constant<caf::atom("hello")>;
using met_atom = caf::atom_constant<caf::atom("met")>;
using renew_atom = caf::atom_constant<caf::atom("renew")>;

/// One link, for people and metrics.
struct link_view {
  std::uint64_t node = 0;
  std::string name, address;
  bool up = false;
  std::string error; ///< why it is not up, if it is for this node to dial
};

/// Holds the links of a process to other nodes: who is there, whom to dial, and what each may see. Directory: it offers
/// "node/<own id>" to others, so that everybody can watch the life of this process, and puts what they offer into the
/// own directory. Never reachable from outside; what peers talk to are gateways.
using links_actor = caf::typed_actor<
  /// The nodes have changed: dials who is new, drops who was removed.
  caf::reacts_to<roster_atom, shared<roster>>,
  /// The own certificate was renewed: later handshakes use it.
  caf::reacts_to<renew_atom, net::link::credential>,
  /// For each node that is known and not this one.
  caf::replies_to<status_atom>::with<std::vector<link_view>>,
  /// From the endpoint: a connection, and the node that was dialed (0: it came from outside).
  caf::reacts_to<open_atom, net::link::channel_ptr, std::uint64_t>,
  /// From the endpoint: dialing that node failed.
  caf::reacts_to<open_atom, std::string, std::uint64_t>,
  /// From a gateway: the peer's gateway has said hello on this link.
  caf::reacts_to<met_atom, std::uint64_t, caf::actor>,
  /// From the endpoint: this link is closed.
  caf::reacts_to<close_atom, std::uint64_t>,
  /// From the directory: this process plays a role, or no longer.
  caf::reacts_to<offer_atom, std::string, caf::strong_actor_ptr>,
  /// From the directory: who keeps the roster of this process.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
  /// Its own timer: dials that node again.
  caf::reacts_to<retry_atom, std::uint64_t>>;

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, link_view& x) {
  return f(caf::meta::type_name("link_view"), x.node, x.name, x.address, x.up, x.error);
}

} // namespace troupe::actors::link

// These never leave the process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::net::link::channel_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::net::link::credential)
