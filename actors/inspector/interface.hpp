#pragma once
#include "actors/apiserver/extension.hpp"
#include "actors/directory/roster.hpp"
#include <caf/typed_actor.hpp>
#include <string>
#include <string_view>

namespace troupe::actors::inspector {

inline constexpr std::string_view inspector_role = "inspector"; ///< in the own process; to others "inspector/<node id>"

/// Shows what happens in its process to people, and on a control-plane node what happens in all of them.
///   GET    inspect/actors[?all=true][&node=<name>]    a sample of all actors of each node
///   GET    inspect/actors/<id>?node=<name>            all that is known of one, and its state
///   GET    inspect/store[?node=<name>]                each node's member of each shard
///   POST   inspect/actors/<id>/restart?node=<name>    ends an actor that its supervisor makes again
///   POST   inspect/actors/<id>/pause?node=<name>[&seconds=<n>]  holds its messages for so long
///   POST   inspect/actors/<id>/resume?node=<name>     lets it go on before
///   POST   inspect/trace?session=<name>[&node=][&actor=<id>][&role=][&type=][&object=][&limit=<messages/s>][&end=true]
///          begins a trace of messages; the same again: what it has found since
///   POST   inspect/log-level?level=<level>[&node=]    of each process
/// All of it is for system:masters, and leaves a line in the log that says who has asked; what changes something leaves
/// an Event about the node as well.
using inspector_actor = apiserver::extension_actor::extend<
  /// A question of another node's inspector as a JSON object, answered by one: `{"what": "actors", "all": true}`.
  /// Never fails: what is wrong stands in "error".
  caf::replies_to<call_atom, std::string>::with<std::string>,
  /// From the roster: who belongs to the cluster.
  caf::reacts_to<roster_atom, shared<roster>>,
  /// From the directory: an inspector, the roster or the keeper of the shards came or went.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
  /// Its own timer: whether anybody has asked for that trace since.
  caf::reacts_to<tick_atom, std::string, std::uint64_t>,
  /// From the directory: a role of this process.
  caf::reacts_to<offer_atom, std::string, caf::strong_actor_ptr>>;

} // namespace troupe::actors::inspector
