#include "policies/node/sandbox_config.hpp"
#include "policies/node/container_config.hpp"
#include "policies/node/resources.hpp"
#include "policies/node/volume_place.hpp"

namespace troupe::policies::node {

namespace {

std::map<std::string, std::string> string_members(const api::json::object& from) {
  std::map<std::string, std::string> out;
  for (auto& m : from)
    if (auto* text = m.value().if_string()) out.emplace(m.key(), *text);
  return out;
}

} // namespace

oci::sandbox_config sandbox_config_of(const api::object& pod, std::uint32_t attempt, const cluster_dns& dns,
                                      std::string_view logs_dir) {
  oci::sandbox_config s;
  s.name = pod.name();
  s.ns = pod.ns();
  s.uid = pod.uid();
  s.attempt = attempt;
  s.host_network = api::bool_at(pod.spec(), {"hostNetwork"});
  s.host_pid = api::bool_at(pod.spec(), {"hostPID"});
  s.host_ipc = api::bool_at(pod.spec(), {"hostIPC"});
  s.share_processes = api::bool_at(pod.spec(), {"shareProcessNamespace"});
  if (!s.host_network) s.hostname = pod_hostname(pod, dns.domain);
  s.dns = pod_dns(pod, dns);
  s.ports = host_ports(pod);
  s.labels = {
      {"io.kubernetes.pod.name", s.name}, {"io.kubernetes.pod.namespace", s.ns}, {"io.kubernetes.pod.uid", s.uid}};
  s.annotations = string_members(pod.annotations());
  if (auto* sysctls = api::array_at(pod.spec(), {"securityContext", "sysctls"}))
    for (auto& entry : *sysctls) s.sysctls.emplace(api::string_at(entry, {"name"}), api::string_at(entry, {"value"}));
  if (!logs_dir.empty()) s.log_directory = log_directory(logs_dir, pod);
  s.cgroup_parent = cgroup_parent(pod);
  s.limits = pod_limits(pod);
  return s;
}

} // namespace troupe::policies::node
