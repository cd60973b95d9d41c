#pragma once
#include "policies/api/time.hpp"
#include "policies/scheduling/pod_info.hpp"

namespace troupe::policies::scheduling {

/// Why a pod could not be placed, as its condition PodScheduled=False says it.
struct refusal {
  std::string_view reason; ///< "Unschedulable" or "SchedulerError"
  std::string message;
  std::optional<std::string> nominated_node; ///< to set `status.nominatedNodeName`; empty text removes it
};

/// Strategic merge patch of the status; empty if the pod says all of it already.
[[nodiscard]] std::optional<api::json::object> condition_patch(const api::object& pod, const refusal& why,
                                                               api::time_point now);
/// Patch that tells a victim of preemption by whom: condition DisruptionTarget.
[[nodiscard]] api::json::object victim_patch(api::time_point now);
/// core/v1 Binding of the pod to a node.
[[nodiscard]] api::json::object binding(const pod_info& pod, std::string_view node);

} // namespace troupe::policies::scheduling
