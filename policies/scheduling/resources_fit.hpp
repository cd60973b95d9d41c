#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling::resources_fit {

/// Requests must fit what the node offers beside its pods; nodes with more left are preferred (strategy LeastAllocated
/// over cpu and memory, weight 1 each).
[[nodiscard]] plugin make();

/// One resource that is short, in the order pods, cpu, memory, ephemeral-storage, others by name.
struct shortage {
  std::string reason;        ///< "Insufficient cpu", "Too many pods"
  bool unresolvable = false; ///< the empty node would not do either
};
[[nodiscard]] std::vector<shortage> shortages(const pod_info& pod, const node_info& node);
[[nodiscard]] bool fits(const pod_info& pod, const node_info& node);
/// 0 to `score_max`.
[[nodiscard]] std::int64_t least_allocated(const pod_info& pod, const node_info& node);

} // namespace troupe::policies::scheduling::resources_fit
