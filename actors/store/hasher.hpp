#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/spawn.hpp"
#include "actors/store/messages.hpp"
#include "storage/engine/engine.hpp"
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace troupe::actors::store {

/// A state to sum up, and at which revision.
struct hash_job {
  std::shared_ptr<const storage::engine::view> view;
  mvcc::revision at = 0, current = 0, compacted = 0;
  std::shared_ptr<int> under_way; ///< held until the answer is there
};
/// Walks over all of a state, so that the shard does not wait for it. Answers once and ends.
using hasher_actor = caf::typed_actor<caf::replies_to<state_atom, hash_job>::with<shared<command_response>>>;

struct hasher_state {
  static inline const char* name = "hasher";
};
hasher_actor::behavior_type hasher(stateful<hasher_state, hasher_actor::base>* self);

} // namespace troupe::actors::store

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::hash_job)
