#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/message.hpp"
#include "actors/watch_cache/interface.hpp"
#include <caf/actor.hpp>
#include <caf/typed_actor.hpp>
#include <string>
#include <vector>

namespace troupe::actors::mirror {

/// One object as it was and as it is. No `before`: it is new to the subscriber; no `after`: it is gone.
struct change {
  object_handle before, after;
};

/// What a subscriber gets as `(changed_atom, shared<update>)`. The first one has `replace` set and brings everything
/// as additions; later ones have it set again where the mirror had to list anew: then the subscriber drops what it had.
struct update {
  api::group_resource type;
  bool replace = false;
  std::int64_t revision = 0; ///< the subscriber has seen everything up to here
  std::vector<change> changes;
};

/// The process's copy of one resource type, kept up to date by watch. Directory role: "mirror/" + type.text(), as in
/// "mirror/pods" or "mirror/deployments.apps".
using mirror_actor = caf::typed_actor<
  /// Subscribes the actor, until it dies. For pods the string may name a node: then the subscriber sees only pods
  /// bound to it. Empty for everything.
  caf::reacts_to<watch_atom, caf::actor, std::string>,
  /// From the watch cache: a batch of events, or the need to list again.
  caf::reacts_to<event_atom, shared<watch_cache::event_batch>>,
  /// Its own timer: lists again.
  caf::reacts_to<retry_atom, std::uint64_t>,
  /// From the directory: the watch cache came or went.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>>;

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, change& x) {
  return f(caf::meta::type_name("change"), x.before, x.after);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, update& x) {
  return f(caf::meta::type_name("update"), x.type.group, x.type.resource, x.replace, x.revision, x.changes);
}

} // namespace troupe::actors::mirror
