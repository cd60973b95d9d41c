#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/store/interface.hpp"
#include "policies/cluster/node_record.hpp"
#include <caf/actor.hpp>
#include <vector>

namespace troupe::actors::cluster {

/// What this node says of itself in its record; the rest of the record is the cluster's.
struct roster_config {
  policies::cluster::node_record self;
  bool founder = false; ///< the first node makes its own record; all others have theirs from whoever admitted them
  caf::timespan timeout{std::chrono::seconds(5)};
  caf::timespan retry_delay{std::chrono::milliseconds(200)};
};

struct roster_state {
  static inline const char* name = "roster";
  using self_pointer = stateful<roster_state>*;
  explicit roster_state(self_pointer s) : self(s) {}

  void store_changed(const caf::strong_actor_ptr& player);
  void load();
  void loaded(const store::mvcc::range_response& found);
  void follow(store::mvcc::revision after);
  void events(const store::event_batch& batch);
  void retry();
  /// Brings this node's record up to its configuration.
  void announce(const store::mvcc::range_response& found);
  void write(const policies::cluster::node_record& record, store::mvcc::revision of);
  void subscribe(const caf::actor& subscriber);

  self_pointer self;
  roster_config config;
  environment_ptr env;
  store::store_actor store; ///< null while there is none
  shared<std::vector<policies::cluster::node_record>> nodes; ///< null before the first load
  std::vector<caf::actor> subscribers;
  std::uint64_t watch = 0; ///< number of the current watch; batches of older ones are dropped
  bool writing = false;
};

/// `roster(self, env, directory, config)`: follows the records of all nodes in the store and keeps this node's own one
/// right. Directory role: "roster". `(watch_atom, actor)` subscribes an actor, which gets
/// `(roster_atom, shared<std::vector<node_record>>)` now and at each change.
caf::behavior roster(roster_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                     roster_config config);

} // namespace troupe::actors::cluster
