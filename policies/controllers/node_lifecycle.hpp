#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"
#include <string>

namespace troupe::policies::controllers {

struct node_lifecycle_config {
  api::duration grace = std::chrono::seconds(50);         ///< without a sign of life
  api::duration startup_grace = std::chrono::seconds(60); ///< of a node that never reported
};

/// When the controller last saw a sign of life, by its own clock: clocks of nodes may differ.
struct node_health {
  std::string renewed;     ///< `spec.renewTime` of the lease as seen last
  std::string heartbeat;   ///< `lastHeartbeatTime` of the Ready condition as seen last
  api::time_point seen;    ///< when one of them changed
};

struct node_lifecycle_view {
  const api::object_table& nodes;
  const api::object_table& leases; ///< those of "kube-node-lease" are looked at
  const api::object_table& pods;
  node_lifecycle_config config{};
};

/// The health after a look at the node and its lease. Keep it per node and give it back the next time.
[[nodiscard]] node_health observe(const node_lifecycle_view& view, const api::object_key& key,
                                  const node_health* before, api::time_point now);

/// Judges a node: no sign of life within the grace period makes its conditions Unknown; taints follow the conditions
/// (NoSchedule for all of them, NoExecute for not-ready and unreachable) and `spec.unschedulable`; pods of a node that
/// is not ready are marked not ready. Event NodeNotReady.
[[nodiscard]] plan plan_node_lifecycle(const node_lifecycle_view& view, const api::object_key& key,
                                       const node_health& health, api::time_point now);

} // namespace troupe::policies::controllers
