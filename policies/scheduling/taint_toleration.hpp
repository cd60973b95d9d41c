#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling::taint_toleration {

/// Nodes with a NoSchedule or NoExecute taint take only pods that tolerate it; nodes with fewer PreferNoSchedule taints
/// that the pod does not tolerate are preferred.
[[nodiscard]] plugin make();

} // namespace troupe::policies::scheduling::taint_toleration
