#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/store/config.hpp"
#include "actors/store/groups.hpp"
#include "actors/store/interface.hpp"
#include "actors/store/log_writer.hpp"
#include "actors/store/peer.hpp"
#include "actors/store/shard_files.hpp"
#include <caf/typed_event_based_actor.hpp>

namespace troupe::actors::store {

/// All that a shard understands: clients, peers, its writer, and what it tells itself.
using shard_actor = local_store_actor::extend_with<member_actor>::extend_with<peer_listener_actor>::extend_with<
  log_listener_actor>::extend_with<snapshot_listener_actor>::extend<
  caf::reacts_to<run_atom>, caf::reacts_to<tick_atom>, caf::reacts_to<retry_atom>>;

class shard;

struct store_state {
  static inline const char* name = "store";
  store_state();
  ~store_state();
  std::unique_ptr<shard> core;
};

/// What a shard needs from others.
struct store_dependencies {
  environment_ptr environment;
  std::shared_ptr<shard_files> files; ///< from `open_shard`; the shard is its only user
  peer_actor transport;               ///< null while it is the only member
};

/// One member of one shard. Ends with `storage_failed` when the disk fails; what was not answered by then may have
/// happened.
shard_actor::behavior_type store(stateful<store_state, shard_actor::base>* self, store_dependencies with,
                                 store_config config);

} // namespace troupe::actors::store
