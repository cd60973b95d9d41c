#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/directory/roster.hpp"
#include "actors/store/interface.hpp"
#include "policies/cluster/autopilot.hpp"
#include <caf/actor_clock.hpp>
#include <map>

namespace troupe::actors::store {

struct autopilot_settings {
  policies::cluster::autopilot_config rules;
  std::uint32_t shard = 0;
  caf::timespan interval{std::chrono::milliseconds(500)};
  caf::timespan timeout{std::chrono::seconds(5)};
};

struct autopilot_state {
  static inline const char* name = "autopilot";
  using self_pointer = stateful<autopilot_state>*;
  explicit autopilot_state(self_pointer s) : self(s) {}

  void look();
  void decide(const store_status& s);
  void again();

  self_pointer self;
  autopilot_settings config;
  store_actor store;   ///< the member of this process; null while there is none
  shared<roster> nodes;
  std::map<std::uint64_t, caf::actor_clock::time_point> heard; ///< when each member was last alive
};

/// `autopilot(self, directory, settings)`: beside every member; that of the leader keeps the group in shape. Takes the
/// records of nodes from the role "roster".
caf::behavior autopilot(autopilot_state::self_pointer self, directory::directory_actor directory,
                        autopilot_settings config);

} // namespace troupe::actors::store
