#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/events/interface.hpp"
#include "actors/scheduler/interface.hpp"
#include "policies/scheduling/algorithm.hpp"
#include "policies/scheduling/pod_condition.hpp"
#include "policies/scheduling/preemption.hpp"
#include "policies/scheduling/scheduling_queue.hpp"
#include <caf/typed_event_based_actor.hpp>

namespace troupe::actors::scheduler {

struct scheduler_config {
  std::string scheduler_name = "default-scheduler";
  std::size_t writes_max = 64; ///< calls that wait for the API server; no pod is tried while there are so many
  std::size_t batch_max = 16;  ///< pods tried in one turn
  caf::timespan call_timeout = std::chrono::seconds(5);
  policies::scheduling::queue_config queue;
  policies::scheduling::algorithm_config search;
};

struct scheduler_state {
  static inline const char* name = "scheduler";
  using self_pointer = stateful<scheduler_state, scheduler_actor::base>*;
  using done_function = std::function<void(const apiserver::reply*)>;
  explicit scheduler_state(self_pointer s) : self(s) {}

  // What happens around it (observe.cpp).
  void changed(const mirror::update& u);
  void pods_changed(const mirror::update& u);
  void nodes_changed(const mirror::update& u);
  void pod_seen(const api::object_ptr& pod);
  void pod_gone(const api::object_key& key);
  void node_seen(const api::object_ptr& node);
  void node_gone(const std::string& node);
  void peer(const std::string& role, const caf::strong_actor_ptr& player);

  // Turns and timers (behavior.cpp).
  void wake();
  void run();
  void arm();

  // Placing (bind.cpp).
  void place(const policies::scheduling::pod_ptr& pod);
  void bind(const policies::scheduling::pod_ptr& pod, const std::string& node);
  void bound(const policies::scheduling::pod_ptr& pod, const std::string& node, const apiserver::reply* reply);
  /// Sends a call; `done` gets the answer, or null if there was none in time.
  void write(shared<apiserver::call> call, done_function done);

  // Where no node does (refuse.cpp).
  void refuse(const policies::scheduling::pod_ptr& pod, policies::scheduling::diagnosis why);
  void evict(const policies::scheduling::pod_ptr& pod, const policies::scheduling::preemption_result& how);
  void report(const policies::scheduling::pod_ptr& pod, const policies::scheduling::refusal& why);

  self_pointer self;
  environment_ptr env;
  scheduler_config config;
  random_source chance;
  apiserver::apiserver_actor api; ///< null while there is no API server
  events::recorder_actor recorder;
  policies::scheduling::cluster all;
  policies::scheduling::algorithm how{policies::scheduling::default_plugins()};
  policies::scheduling::scheduling_queue queue;
  /// Pods that are on their node in `all` although the mirror has not shown it yet, with their uids.
  std::unordered_map<api::object_key, std::string> assumed;
  std::size_t writes = 0;
  bool pods_known = false, nodes_known = false; ///< nothing is placed before both are
  bool run_sent = false;
  std::uint64_t timer = 0; ///< of the newest timer; older ones do nothing
  std::optional<policies::queueing::instant> timer_due;
};

/// `system.spawn(scheduler, env, directory, scheduler_config{})`.
scheduler_actor::behavior_type scheduler(scheduler_state::self_pointer self, environment_ptr env,
                                         directory::directory_actor dir, scheduler_config config);

/// The identity of its writes: "system:kube-scheduler".
[[nodiscard]] const apiserver::user& identity();

} // namespace troupe::actors::scheduler
