#pragma once
#include "policies/node/pod_record.hpp"
#include <string_view>

namespace troupe::policies::node {

/// Pending, Running, Succeeded or Failed (kubelet getPhase). A pod is not Succeeded or Failed before all of its
/// containers have ended.
[[nodiscard]] std::string_view pod_phase(const api::object& pod, const pod_record& record);

/// The conditions that a kubelet sets, in Kubernetes' order. Transition times of conditions in the pod's present status
/// stay where the status did not change; conditions of others, as those of readiness gates, are kept behind them.
[[nodiscard]] api::json::array pod_conditions(const api::object& pod, const pod_record& record, std::string_view phase,
                                              api::time_point now);

} // namespace troupe::policies::node
