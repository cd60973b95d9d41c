#pragma once
#include "policies/scheduling/algorithm.hpp"

namespace troupe::policies::scheduling {

/// What eviction of pods of lower priority can do for a pod that fits nowhere.
struct preemption_result {
  std::string node;             ///< where room is made; empty if it cannot help
  std::vector<pod_ptr> victims; ///< lowest priority last
  std::string message;          ///< for the diagnosis: "preemption: 0/3 nodes are available: …"; empty with a node
  /// The pod waits for earlier victims: its nomination stays.
  bool waiting = false;
};

/// The post-filter (kube-scheduler DefaultPreemption): of the nodes where evicting pods of lower priority helps, the
/// one whose victims matter least: by the highest priority among them, then by the sum of priorities, then by their
/// number, then by the latest start of those of the highest priority. Disruption budgets are not looked at.
[[nodiscard]] preemption_result preempt(const algorithm& how, const pod_info& pod, const cluster& all,
                                        const diagnosis& why, std::mt19937_64& chance);

} // namespace troupe::policies::scheduling
