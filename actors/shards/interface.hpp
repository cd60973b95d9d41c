#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/message.hpp"
#include "actors/store/messages.hpp"
#include "policies/cluster/shard_map.hpp"
#include <caf/actor.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace troupe::policies::cluster {

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, shard_map& x) {
  if constexpr (Inspector::reads_state) {
    auto text = encode(x);
    return f(caf::meta::type_name("shard_map"), text);
  } else {
    std::string text;
    if (auto err = f(text)) return err;
    if (auto map = decode_shard_map(text)) x = std::move(*map);
    return {};
  }
}

} // namespace troupe::policies::cluster

namespace troupe::actors::shards {

using policies::cluster::shard_map;

/// The shards as this process sees them, for people.
struct shards_status {
  shard_map map;
  std::vector<std::pair<std::uint32_t, store::store_status>> members; ///< of this process, by shard; only those there
};
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, shards_status& x) {
  return f(caf::meta::type_name("shards_status"), x.map, x.members);
}

/// The map of shards, as this process knows it. Directory role: "shards".
using shards_actor = caf::typed_actor<
  /// Subscribes an actor: it gets `(changed_atom, shared<shard_map>)` now, as soon as the map is known, and at each
  /// change.
  caf::reacts_to<watch_atom, caf::actor>,
  /// The map, not older than anything that was acknowledged before the question, with the revision of shard 0 of which
  /// that is true. Fails with `unavailable` while shard 0 does not answer.
  caf::replies_to<read_atom>::with<shared<shard_map>, store::mvcc::revision>,
  /// The map with the state of each member. Fails with `unavailable` before the map is known.
  caf::replies_to<status_atom>::with<shared<shards_status>>>;

inline constexpr std::string_view shards_role = "shards";

} // namespace troupe::actors::shards
