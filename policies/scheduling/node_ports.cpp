#include "policies/scheduling/node_ports.hpp"
#include <algorithm>

namespace troupe::policies::scheduling::node_ports {

namespace {

bool free_on(const pod_info& pod, const node_info& node) {
  return std::none_of(pod.ports.begin(), pod.ports.end(), [&](auto& p) { return node.port_taken(p); });
}

} // namespace

plugin make() {
  plugin p;
  p.name = "NodePorts";
  p.pre_filter = [](cycle& c) { return status(c.pod.ports.empty() ? code::skip : code::success); };
  p.filter = [](const cycle& c, const node_info& node) {
    if (free_on(c.pod, node)) return status();
    return status(code::unschedulable, "node(s) didn't have free ports for the requested pod ports");
  };
  p.hint = [](const pod_info& pod, const cluster_event& e) {
    return e.what != cluster_event::kind::node_updated && e.after && free_on(pod, *e.after);
  };
  return p;
}

} // namespace troupe::policies::scheduling::node_ports
