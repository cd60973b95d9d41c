#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling::balanced_allocation {

/// Prefers nodes whose cpu and memory are used to a like degree.
[[nodiscard]] plugin make();

/// 0 to `score_max`: one minus the standard deviation of the used shares with the pod on the node.
[[nodiscard]] std::int64_t balance(const pod_info& pod, const node_info& node);

} // namespace troupe::policies::scheduling::balanced_allocation
