#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling {

/// The plugins of the profile `default-scheduler`, in the order in which filters run, with Kubernetes' weights. At most
/// 32, because a pod keeps the set of its rejectors as bits.
[[nodiscard]] std::vector<plugin> default_plugins();

/// Set of plugins by their place in the list.
using plugin_set = std::uint32_t;

/// Whether any of the pod's rejectors thinks that the event may help. A pod without rejectors is worth another look
/// after every event.
[[nodiscard]] bool may_help(const std::vector<plugin>& plugins, plugin_set rejectors, const pod_info& pod,
                            const cluster_event& event);

} // namespace troupe::policies::scheduling
