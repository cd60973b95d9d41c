#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling::node_affinity {

/// nodeSelector and required node affinity decide, preferred node affinity scores by the sum of the weights of the
/// terms that match.
[[nodiscard]] plugin make();

/// Whether the node satisfies the selector and the required affinity.
[[nodiscard]] bool matches(const pod_info& pod, const node_info& node);

} // namespace troupe::policies::scheduling::node_affinity
