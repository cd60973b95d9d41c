#pragma once
#include "policies/scheduling/registry.hpp"

namespace troupe::policies::scheduling {

/// Why a pod fits no node, in the words of kube-scheduler's `FitError`.
struct diagnosis {
  std::size_t nodes = 0;          ///< of the cluster
  std::string pre_filter_message; ///< set if a pre-filter rejected the pod for all nodes
  std::vector<std::pair<const node_info*, status>> rejected;
  status absent;                   ///< holds for the nodes that were not looked at
  std::string post_filter_message; ///< what preemption found
  plugin_set rejectors = 0;
  plugin_set skipped = 0; ///< plugins whose filter has nothing to say about this pod

  /// "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: …", or "no nodes
  /// available to schedule pods" in an empty cluster.
  [[nodiscard]] std::string text() const;
};

} // namespace troupe::policies::scheduling
