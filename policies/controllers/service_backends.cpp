#include "policies/controllers/service_backends.hpp"
#include "policies/api/selector.hpp"
#include "policies/controllers/pods.hpp"

namespace troupe::policies::controllers {

namespace {

using api::array_at, api::bool_at, api::find, api::int_at, api::object_at, api::string_at;

std::int64_t named_port(const json::array& containers, std::string_view name, std::string_view protocol) {
  for (auto& container : containers) {
    auto* ports = array_at(container, {"ports"});
    if (!ports) continue;
    for (auto& p : *ports)
      if (string_at(p, {"name"}) == name && string_at(p, {"protocol"}, "TCP") == protocol)
        return int_at(p, {"containerPort"});
  }
  return 0;
}

std::vector<backend_port> ports_at(const api::object& service, const api::object& pod) {
  std::vector<backend_port> out;
  if (auto* ports = array_at(service.spec(), {"ports"}))
    for (auto& p : *ports) {
      auto number = port_at_pod(p, pod);
      if (number == 0) continue;
      out.push_back({std::string(string_at(p, {"name"})), number, std::string(string_at(p, {"protocol"}, "TCP")),
                     std::string(string_at(p, {"appProtocol"}))});
    }
  return out;
}

} // namespace

std::int64_t port_at_pod(const json::value& service_port, const api::object& pod) {
  auto* target = find(service_port, {"targetPort"});
  if (!target || target->is_null()) return int_at(service_port, {"port"});
  auto* name = target->if_string();
  if (!name) {
    auto number = int_at(service_port, {"targetPort"});
    return number == 0 ? int_at(service_port, {"port"}) : number;
  }
  auto protocol = string_at(service_port, {"protocol"}, "TCP");
  for (auto member : {"containers", "initContainers"}) {
    auto* containers = array_at(pod.spec(), {member});
    auto number = containers ? named_port(*containers, *name, protocol) : 0;
    if (number != 0) return number;
  }
  return 0;
}

bool has_backends(const api::object& service) noexcept {
  auto* selector = object_at(service.spec(), {"selector"});
  return selector && !selector->empty() && string_at(service.spec(), {"type"}) != "ExternalName";
}

std::vector<backend> service_backends(const api::object& service, const api::object_table& pods,
                                      terminating pods_that_leave) {
  std::vector<backend> out;
  if (!has_backends(service)) return out;
  auto selector = api::label_selector::from_map(*object_at(service.spec(), {"selector"}));
  bool publish_all = bool_at(service.spec(), {"publishNotReadyAddresses"});
  bool with_leaving = publish_all || pods_that_leave == terminating::included;
  for_each_in(pods, std::string(service.ns()), [&](const api::object_ptr& pod) {
    if (pod_ip(*pod).empty() || is_finished(*pod) || (pod->deleting() && !with_leaving)) return;
    if (!selector.matches(pod->labels())) return;
    backend b;
    b.pod = pod;
    b.ports = ports_at(service, *pod);
    b.terminating = pod->deleting();
    b.serving = is_ready(*pod);
    b.ready = publish_all || (b.serving && !b.terminating);
    out.push_back(std::move(b));
  });
  return out;
}

std::string_view pod_ip(const api::object& pod) noexcept { return string_at(pod.status(), {"podIP"}); }

std::vector<std::string_view> pod_ips(const api::object& pod) {
  std::vector<std::string_view> out;
  if (auto* ips = array_at(pod.status(), {"podIPs"}))
    for (auto& ip : *ips)
      if (auto text = string_at(ip, {"ip"}); !text.empty()) out.push_back(text);
  if (out.empty() && !pod_ip(pod).empty()) out.push_back(pod_ip(pod));
  return out;
}

json::object target_reference(const api::object& pod) {
  return {{"kind", "Pod"}, {"namespace", pod.ns()}, {"name", pod.name()}, {"uid", pod.uid()}};
}

} // namespace troupe::policies::controllers
