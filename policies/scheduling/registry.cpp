#include "policies/scheduling/registry.hpp"
#include "policies/scheduling/balanced_allocation.hpp"
#include "policies/scheduling/image_locality.hpp"
#include "policies/scheduling/node_affinity.hpp"
#include "policies/scheduling/node_name.hpp"
#include "policies/scheduling/node_ports.hpp"
#include "policies/scheduling/node_unschedulable.hpp"
#include "policies/scheduling/resources_fit.hpp"
#include "policies/scheduling/taint_toleration.hpp"

namespace troupe::policies::scheduling {

std::vector<plugin> default_plugins() {
  return {node_unschedulable::make(), node_name::make(),     taint_toleration::make(),    node_affinity::make(),
          node_ports::make(),         resources_fit::make(), balanced_allocation::make(), image_locality::make()};
}

bool may_help(const std::vector<plugin>& plugins, plugin_set rejectors, const pod_info& pod,
              const cluster_event& event) {
  if (rejectors == 0) return true;
  for (std::size_t i = 0; i < plugins.size(); ++i)
    if ((rejectors >> i & 1) && (!plugins[i].hint || plugins[i].hint(pod, event))) return true;
  return false;
}

} // namespace troupe::policies::scheduling
