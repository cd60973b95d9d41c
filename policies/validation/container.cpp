#include "policies/validation/pod_spec.hpp"
#include "policies/validation/resources.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <vector>

namespace troupe::policies::validation {

namespace {

using names = std::set<std::string_view>;

void check_ports(report& out, const field_path& container, const json::object& spec) {
  auto list = container / "ports";
  names seen;
  for_each(api::array_at(spec, {"ports"}), [&](std::size_t i, const json::object& port) {
    auto at = list[i];
    if (auto name = api::string_at(port, {"name"}); !name.empty()) {
      auto reasons = is_port_name(name);
      out.invalid(at / "name", name, reasons);
      if (reasons.empty() && !seen.insert(name).second) out.duplicate(at / "name", name);
    }
    auto number = api::int_at(port, {"containerPort"});
    if (number == 0)
      out.required(at / "containerPort");
    else
      for (auto& message : is_port_number(number))
        out.invalid(at / "containerPort", number, message);
    if (auto host = api::int_at(port, {"hostPort"}); host != 0)
      for (auto& message : is_port_number(host))
        out.invalid(at / "hostPort", host, message);
    check_one_of(out, at / "protocol", api::string_at(port, {"protocol"}), {"SCTP", "TCP", "UDP"});
  });
}

/// Adds the host ports of a container to `taken` and complains about those that are there.
void check_host_ports(report& out, const field_path& at, const json::object& spec, std::set<std::string>& taken) {
  auto list = at / "ports";
  for_each(api::array_at(spec, {"ports"}), [&](std::size_t i, const json::object& port) {
    auto host = api::int_at(port, {"hostPort"});
    if (host == 0) return;
    auto text = fmt::format("{}/{}/{}", api::string_at(port, {"protocol"}), api::string_at(port, {"hostIP"}), host);
    auto entry = list[i];
    if (!taken.insert(text).second) out.duplicate(entry / "hostPort", text);
  });
}

void check_resize_policy(report& out, const field_path& container, const json::object& spec, std::string_view restart) {
  auto list = container / "resizePolicy";
  names seen;
  for_each(api::array_at(spec, {"resizePolicy"}), [&](std::size_t, const json::object& policy) {
    auto resource = api::string_at(policy, {"resourceName"}), action = api::string_at(policy, {"restartPolicy"});
    if (!seen.insert(resource).second) out.duplicate(list, resource);
    check_one_of(out, list, resource, {"cpu", "memory"});
    check_one_of(out, list, action, {"NotRequired", "RestartContainer"});
    if (restart == "Never" && action != "NotRequired")
      out.invalid(list, action, "must be 'NotRequired' when `restartPolicy` is 'Never'");
  });
}

void check_common(report& out, const field_path& at, const json::object& container, const pod_view& pod) {
  auto name = api::string_at(container, {"name"});
  if (name.empty())
    out.required(at / "name");
  else
    out.invalid(at / "name", name, is_dns_label(name));
  check_required(out, at, container, "image");
  check_one_of(out, at / "terminationMessagePolicy", api::string_at(container, {"terminationMessagePolicy"}),
               {"File", "FallbackToLogsOnError"});
  check_ports(out, at, container);
  check_environment(out, at, container);
  check_mounts(out, at, container, pod);
  check_one_of(out, at / "imagePullPolicy", api::string_at(container, {"imagePullPolicy"}),
               {"Always", "IfNotPresent", "Never"});
  if (auto* resources = api::object_at(container, {"resources"}))
    check_container_resources(out, at / "resources", *resources);
  check_resize_policy(out, at, container, api::string_at(pod.spec, {"restartPolicy"}));
  if (auto* context = api::object_at(container, {"securityContext"}))
    check_container_security(out, at / "securityContext", *context, api::bool_at(pod.spec, {"hostUsers"}, true));
}

names names_of(const json::object& spec, std::initializer_list<std::string_view> lists) {
  names out;
  for (auto list : lists)
    for_each(api::array_at(spec, {list}),
             [&](std::size_t, const json::object& c) { out.insert(api::string_at(c, {"name"})); });
  return out;
}

} // namespace

void check_containers(report& out, const field_path& list, const pod_view& pod) {
  auto* containers = api::array_at(pod.spec, {"containers"});
  if (!containers || containers->empty()) return out.required(list);
  names seen;
  for_each(containers, [&](std::size_t i, const json::object& container) {
    auto at = list[i];
    check_common(out, at, container, pod);
    if (auto name = api::string_at(container, {"name"}); !seen.insert(name).second) out.duplicate(at / "name", name);
    check_probes_and_hooks(out, at, container, pod);
    if (!absent(container, "restartPolicy"))
      out.forbidden(at / "restartPolicy", "may not be set for non-init containers");
  });
  std::set<std::string> taken;
  for_each(containers,
           [&](std::size_t i, const json::object& container) { check_host_ports(out, list[i], container, taken); });
}

void check_init_containers(report& out, const field_path& list, const pod_view& pod) {
  auto seen = names_of(pod.spec, {"containers"});
  for_each(api::array_at(pod.spec, {"initContainers"}), [&](std::size_t i, const json::object& container) {
    auto at = list[i];
    check_common(out, at, container, pod);
    auto restart = api::string_at(container, {"restartPolicy"});
    if (!absent(container, "restartPolicy") && restart != "Always")
      out.not_supported(at / "restartPolicy", restart, {"Always"});
    auto name = api::string_at(container, {"name"});
    if (!name.empty() && !seen.insert(name).second) out.duplicate(at / "name", name);
    std::set<std::string> taken;
    check_host_ports(out, list[0], container, taken);
    if (restart == "Always")
      check_probes_and_hooks(out, at, container, pod);
    else
      for (auto member : {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"})
        if (!absent(container, member))
          out.forbidden(at / member, "may not be set for init containers without restartPolicy=Always");
    if (auto* policy = api::array_at(container, {"resizePolicy"}); policy && !policy->empty())
      out.invalid(at / "resizePolicy", container.if_contains("resizePolicy"), "must not be set for init containers");
  });
}

void check_ephemeral_container_list(report& out, const field_path& list, const pod_view& pod) {
  auto others = names_of(pod.spec, {"containers", "initContainers"});
  auto seen = others;
  for_each(api::array_at(pod.spec, {"ephemeralContainers"}), [&](std::size_t i, const json::object& container) {
    auto at = list[i];
    check_common(out, at, container, pod);
    if (auto name = api::string_at(container, {"name"}); !seen.insert(name).second) out.duplicate(at / "name", name);
    auto target = api::string_at(container, {"targetContainerName"});
    if (!target.empty() && !others.contains(target)) out.not_found(at / "targetContainerName", target);
    constexpr std::string_view why = "cannot be set for an Ephemeral Container";
    for (auto member : {"ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle",
                        "restartPolicy", "resizePolicy"}) {
      static const json::value nothing;
      auto* value = container.if_contains(member);
      if (value && !api::semantically_equal(*value, nothing)) out.forbidden(at / member, why);
    }
    auto mounts = at / "volumeMounts";
    for_each(api::array_at(container, {"volumeMounts"}), [&](std::size_t k, const json::object& mount) {
      auto entry = mounts[k];
      for (auto member : {"subPath", "subPathExpr"})
        if (!api::string_at(mount, {member}).empty()) out.forbidden(entry / member, why);
    });
  });
}

} // namespace troupe::policies::validation
