#include "policies/scheduling/node_unschedulable.hpp"
#include <algorithm>

namespace troupe::policies::scheduling::node_unschedulable {

namespace {

bool tolerated(const pod_info& pod) {
  static const taint cordon{"node.kubernetes.io/unschedulable", "", "NoSchedule"};
  return std::any_of(pod.tolerations.begin(), pod.tolerations.end(), [](auto& t) { return t.tolerates(cordon); });
}

} // namespace

plugin make() {
  plugin p;
  p.name = "NodeUnschedulable";
  p.filter = [](const cycle& c, const node_info& node) {
    if (!node.unschedulable() || tolerated(c.pod)) return status();
    return status(code::unschedulable_and_unresolvable, "node(s) were unschedulable");
  };
  p.hint = [](const pod_info& pod, const cluster_event& e) {
    if (e.what == cluster_event::kind::pod_removed || !e.after) return false;
    return !e.after->unschedulable() || tolerated(pod);
  };
  return p;
}

} // namespace troupe::policies::scheduling::node_unschedulable
