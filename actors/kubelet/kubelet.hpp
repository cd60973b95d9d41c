#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/kubelet/context.hpp"
#include "actors/kubelet/interface.hpp"
#include "actors/mirror/interface.hpp"
#include "policies/api/object_table.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <map>
#include <string>

namespace troupe::actors::kubelet {

/// What a kubelet hears beside its outward interface.
using kubelet_inside = kubelet_actor::extend<
  /// A pod's API call, passed on; fails with `unavailable` while there is no API server.
  caf::replies_to<call_atom, shared<apiserver::call>>::with<shared<apiserver::reply>>,
  /// From the pods mirror.
  caf::reacts_to<changed_atom, shared<mirror::update>>,
  /// From the runtime.
  caf::reacts_to<event_atom, shared<runtime::container_event>>,
  /// From the directory.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
  /// Its own timers: lease, node status, and another try at registration or adoption.
  caf::reacts_to<tick_atom>, caf::reacts_to<status_atom>, caf::reacts_to<retry_atom>,
  /// Its own timer: looks at the size of logs.
  caf::reacts_to<logs_atom>,
  /// Its own timer: spawns the actor of a pod anew that failed.
  caf::reacts_to<restart_atom, std::string>>;

struct kubelet_state {
  static inline const char* name = "kubelet";
  using self_pointer = stateful<kubelet_state, kubelet_inside::base>*;
  explicit kubelet_state(self_pointer s) : self(s) {}
  /// However the kubelet ends, the actors of its pods end with it; their containers run on and are adopted later.
  ~kubelet_state();

  // kubelet.cpp: pods
  void begin(directory::directory_actor dir, node_context_ptr context);
  void take_inventory();
  void rotate_logs();
  void arm_rotation();
  void pods_changed(const mirror::update& u);
  void settle();
  void spawn_pod(const std::string& uid, const object_handle& pod);
  void happened(const shared<runtime::container_event>& event);
  void pod_down(const caf::down_msg& down);
  void revive(const std::string& uid);
  void remove_orphans();
  caf::result<caf::actor> open(const shared<streams::request>& request, const caf::actor& client);
  void peer(const std::string& role, const caf::strong_actor_ptr& player);

  // kubelet_node.cpp: the node
  void register_node();
  void registered(const object_handle& node);
  void look_at_node();
  void see(const api::json::object& status);
  void judge_node();
  void write_node_status(api::json::object status);
  void renew_lease();
  void create_lease();
  void retry_later();

  struct entry {
    caf::actor actor;
    object_handle pod;    ///< the newest version that the actor was sent
    bool gone = false;    ///< the API has it no more
  };
  self_pointer self;
  node_context_ptr ctx;
  apiserver::apiserver_actor api;         ///< null while there is no API server
  std::map<std::string, entry> pods;      ///< by uid
  shared<runtime::inventory> inventory;   ///< while pods are matched with it: what runs already
  bool adopted = false;                   ///< the first list and the inventory were matched
  bool listed = false;                    ///< the mirror has sent its first list
  bool counting = false;                  ///< the inventory was asked for
  std::map<std::string, std::string> logs;///< log files of running containers, by container id
  bool rotation_armed = false;            ///< the timer for `rotate_logs` runs: never without running containers
  api::object_table desired;              ///< the API's pods of this node until `adopted`
  bool registering = false, retrying = false;
  api::duration retry_pause{};            ///< before the last retry; grows until the node is registered
  object_handle node;                     ///< as the API has it; null until registered
  api::json::object reported;             ///< the status that was written last, with the conditions that others changed
  api::time_point reported_at{};
  std::uint64_t restarts = 0;             ///< of pod actors that failed
  bool lease_made = false, lease_busy = false, status_busy = false;
};

/// `system.spawn(kubelet, environment, directory, config)`; offer it as "kubelet/<node>".
kubelet_inside::behavior_type kubelet(kubelet_state::self_pointer self, environment_ptr env,
                                      directory::directory_actor dir, kubelet_config config);

} // namespace troupe::actors::kubelet
