#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling::node_unschedulable {

/// Cordoned nodes take only pods that tolerate the taint node.kubernetes.io/unschedulable:NoSchedule.
[[nodiscard]] plugin make();

} // namespace troupe::policies::scheduling::node_unschedulable
