#pragma once
#include "actors/base/atoms.hpp"
#include <caf/actor.hpp>
#include <caf/typed_actor.hpp>
#include <cstdint>
#include <string>

namespace troupe::actors::directory {

/// Who plays which role. Roles are paths: "store/0", "apiserver", "watch_cache/deployments.apps", "mirror/pods",
/// "kubelet/<node>", "scheduler". A role may have a player of this process and players of other nodes; the own one goes
/// first, else one of the others is taken and kept until it is gone.
using directory_actor = caf::typed_actor<
  /// Offers `player` of this process for `role`, replacing an earlier one. The directory monitors it and forgets it
  /// when it dies.
  caf::reacts_to<offer_atom, std::string, caf::strong_actor_ptr>,
  /// The same for a player of another node, told by its id; null takes the offer back.
  caf::reacts_to<offer_atom, std::string, caf::strong_actor_ptr, std::uint64_t>,
  /// The node is gone, with all that it offered.
  caf::reacts_to<remove_atom, std::uint64_t>,
  /// The player, at once if it is known, else when it is offered; fails with `unavailable` after five seconds.
  caf::replies_to<lookup_atom, std::string>::with<caf::strong_actor_ptr>,
  /// Sends `subscriber` (peer_atom, role, player) now and at each change; a null player means that it is gone.
  caf::reacts_to<watch_atom, std::string, caf::actor>,
  /// Sends `subscriber` (offer_atom, role, player) for each role that this process plays, now and at each change.
  caf::reacts_to<watch_atom, caf::actor>,
  /// Its own timer: ends a look-up that nobody answered.
  caf::reacts_to<cancel_atom, std::string, std::uint64_t>>;

} // namespace troupe::actors::directory
