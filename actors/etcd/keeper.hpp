#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/etcd/entrance.hpp"
#include "actors/etcd/front.hpp"

namespace troupe::actors::etcd {

struct keeper_config {
  front_config front;
  unsigned fronts = 1; ///< at least one
  caf::timespan retry_delay{std::chrono::milliseconds(200)}; ///< after a front that ended
};

struct keeper_state {
  static inline const char* name = "etcd_keeper";
  using self_pointer = stateful<keeper_state>*;
  explicit keeper_state(self_pointer s) : self(s) {}

  void store_changed(const caf::strong_actor_ptr& player);
  void open();
  void close();
  void down(const caf::down_msg& message);

  self_pointer self;
  keeper_config config;
  environment_ptr env;
  std::shared_ptr<entrance> door;
  store::local_store_actor store; ///< null while there is none
  std::vector<front_actor> fronts;
  std::uint64_t round = 0;        ///< dates the retry
};

/// `etcd_keeper(self, env, directory, door, config)`: gives clients at the door fronts of this process's member of
/// shard 0, and new ones when the member is another or a front has ended.
caf::behavior etcd_keeper(keeper_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                          std::shared_ptr<entrance> door, keeper_config config);

} // namespace troupe::actors::etcd
