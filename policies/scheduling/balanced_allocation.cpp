#include "policies/scheduling/balanced_allocation.hpp"
#include <algorithm>
#include <cmath>

namespace troupe::policies::scheduling::balanced_allocation {

std::int64_t balance(const pod_info& pod, const node_info& node) {
  auto& has = node.allocatable();
  auto& used = node.requested();
  double shares[2];
  int n = 0;
  auto add = [&](std::int64_t total, std::int64_t taken) {
    if (total != 0) shares[n++] = std::min(1.0, static_cast<double>(taken) / static_cast<double>(total));
  };
  add(has.milli_cpu, used.milli_cpu + pod.requests.milli_cpu);
  add(has.memory, used.memory + pod.requests.memory);
  double deviation = n == 2 ? std::abs((shares[0] - shares[1]) / 2) : 0;
  return static_cast<std::int64_t>((1 - deviation) * static_cast<double>(score_max));
}

plugin make() {
  plugin p;
  p.name = "NodeResourcesBalancedAllocation";
  p.score = [](const cycle& c, const node_info& node) { return balance(c.pod, node); };
  return p;
}

} // namespace troupe::policies::scheduling::balanced_allocation
