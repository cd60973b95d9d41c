#include "policies/scheduling/node_name.hpp"

namespace troupe::policies::scheduling::node_name {

plugin make() {
  plugin p;
  p.name = "NodeName";
  p.pre_filter = [](cycle& c) { return status(c.pod.node_name.empty() ? code::skip : code::success); };
  p.filter = [](const cycle& c, const node_info& node) {
    if (c.pod.node_name == node.name()) return status();
    return status(code::unschedulable_and_unresolvable, "node(s) didn't match the requested node name");
  };
  p.hint = [](const pod_info& pod, const cluster_event& e) { return e.after && pod.node_name == e.after->name(); };
  return p;
}

} // namespace troupe::policies::scheduling::node_name
