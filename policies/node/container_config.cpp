#include "policies/node/container_config.hpp"
#include "policies/node/expansion.hpp"
#include "policies/node/resources.hpp"
#include "policies/oci/seccomp.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

/// The member of the container's security context, or else of the pod's.
const api::json::value* setting(const api::object& pod, const api::json::object& container, std::string_view name) {
  auto* own = api::find(container, {"securityContext", name});
  return own ? own : api::find(pod.spec(), {"securityContext", name});
}

std::int64_t number(const api::json::value* value) {
  if (!value) return -1;
  if (auto* n = value->if_int64()) return *n;
  if (auto* n = value->if_uint64()) return static_cast<std::int64_t>(*n);
  return -1;
}

std::vector<std::string> strings(const api::json::array* list) {
  std::vector<std::string> out;
  if (list)
    for (auto& value : *list)
      if (auto* text = value.if_string()) out.emplace_back(*text);
  return out;
}

std::vector<std::int64_t> groups_of(const api::object& pod) {
  std::vector<std::int64_t> out;
  if (auto* list = api::array_at(pod.spec(), {"securityContext", "supplementalGroups"}))
    for (auto& value : *list)
      if (auto g = number(&value); g >= 0) out.push_back(g);
  if (auto group = volume_group(pod)) out.push_back(*group);
  return out;
}

oci::security security_of(const api::object& pod, const api::json::object& container) {
  oci::security s;
  s.run_as_user = number(setting(pod, container, "runAsUser"));
  s.run_as_group = number(setting(pod, container, "runAsGroup"));
  s.supplemental_groups = groups_of(pod);
  s.add_capabilities = strings(api::array_at(container, {"securityContext", "capabilities", "add"}));
  s.drop_capabilities = strings(api::array_at(container, {"securityContext", "capabilities", "drop"}));
  s.privileged = api::bool_at(container, {"securityContext", "privileged"});
  s.read_only_root = api::bool_at(container, {"securityContext", "readOnlyRootFilesystem"});
  s.allow_privilege_escalation = api::bool_at(container, {"securityContext", "allowPrivilegeEscalation"}, true);
  s.unmasked_proc = api::string_at(container, {"securityContext", "procMount"}) == "Unmasked";
  return s;
}

/// Kubernetes' fieldSeccompProfile.
or_text<std::string> seccomp_of(const api::object& pod, const api::json::object& container,
                                const std::string& directory) {
  auto* profile = setting(pod, container, "seccompProfile");
  auto type = profile ? api::string_at(*profile, {"type"}) : std::string_view{};
  if (type == "RuntimeDefault") return std::string(type);
  if (type != "Localhost") return std::string("Unconfined");
  auto file = api::string_at(*profile, {"localhostProfile"});
  if (file.empty())
    return tl::unexpected(std::string("localhostProfile must be set if seccompProfile type is Localhost."));
  return fmt::format("{}{}/{}", oci::seccomp_file_prefix, directory, file);
}

/// Kubernetes' VerifyRunAsNonRoot.
std::string root_complaint(const api::object& pod, const container_ref& c, const container_inputs& in) {
  auto* rule = setting(pod, *c.spec, "runAsNonRoot");
  if (!rule || !rule->is_bool() || !rule->get_bool()) return {};
  auto where = fmt::format("(pod: \"{}\", container: {})", pod_text(pod), c.name());
  auto user = number(setting(pod, *c.spec, "runAsUser"));
  if (user == 0) return fmt::format("container's runAsUser breaks non-root policy {}", where);
  if (user > 0) return {};
  if (!in.image_user_name.empty())
    return fmt::format(
        "container has runAsNonRoot and image has non-numeric user ({}), cannot verify user is non-root {}",
        in.image_user_name, where);
  if (in.image_user <= 0) return fmt::format("container has runAsNonRoot and image will run as root {}", where);
  return {};
}

} // namespace

std::optional<std::int64_t> volume_group(const api::object& pod) {
  auto group = number(api::find(pod.spec(), {"securityContext", "fsGroup"}));
  return group < 0 ? std::nullopt : std::optional(group);
}

std::string termination_message_path(const api::json::object& container) {
  auto path = api::string_at(container, {"terminationMessagePath"});
  return std::string(path.empty() ? "/dev/termination-log" : path);
}

oci::resources container_limits(const api::object& pod, const api::json::object& container,
                                std::int64_t node_memory_bytes) {
  oci::resources r;
  auto request = resource_of(container, "requests", "cpu"), limit = resource_of(container, "limits", "cpu");
  r.cpu_shares = cpu_shares(request.zero() ? limit.milli() : request.milli());
  r.cpu_period_us = 100'000;
  r.cpu_quota_us = cpu_quota_us(limit.milli(), r.cpu_period_us);
  r.memory_limit_bytes = resource_of(container, "limits", "memory").value();
  r.oom_score_adj = oom_score_adj(pod, container, node_memory_bytes);
  return r;
}

oci::resources pod_limits(const api::object& pod) {
  std::int64_t request = 0, limit = 0, memory = 0;
  bool all_cpu = true, all_memory = true;
  for (auto& c : containers_of(pod)) {
    // A regular init container is gone before the others run: the pod needs the larger of the two.
    if (c.kind == container_kind::ephemeral) continue;
    auto l = resource_of(*c.spec, "limits", "cpu").milli(), m = resource_of(*c.spec, "limits", "memory").value();
    auto q = resource_of(*c.spec, "requests", "cpu").milli();
    all_cpu = all_cpu && l > 0;
    all_memory = all_memory && m > 0;
    if (c.kind == container_kind::init) continue;
    request += q > 0 ? q : l;
    limit += l;
    memory += m;
  }
  for (auto& c : containers_of(pod)) {
    if (c.kind != container_kind::init) continue;
    request = std::max(request, resource_of(*c.spec, "requests", "cpu").milli());
    limit = std::max(limit, resource_of(*c.spec, "limits", "cpu").milli());
    memory = std::max(memory, resource_of(*c.spec, "limits", "memory").value());
  }
  oci::resources r;
  r.cpu_shares = cpu_shares(request);
  r.cpu_period_us = 100'000;
  if (all_cpu) r.cpu_quota_us = cpu_quota_us(limit);
  if (all_memory) r.memory_limit_bytes = memory;
  return r;
}

or_text<oci::container_config> container_config_of(const api::object& pod, const container_ref& container,
                                                   container_inputs in) {
  if (auto complaint = root_complaint(pod, container, in); !complaint.empty()) return tl::unexpected(complaint);
  auto& spec = *container.spec;
  oci::container_config c;
  c.name = container.name();
  c.attempt = in.attempt;
  c.image = api::string_at(spec, {"image"});
  c.image_ref = std::move(in.image_ref);
  c.env = std::move(in.env);
  auto lookup = [&](std::string_view name) -> std::optional<std::string> {
    auto found = std::find_if(c.env.begin(), c.env.end(), [&](auto& v) { return v.first == name; });
    return found == c.env.end() ? std::nullopt : std::optional(found->second);
  };
  for (auto& word : strings(api::array_at(spec, {"command"}))) c.command.push_back(expand(word, lookup));
  for (auto& word : strings(api::array_at(spec, {"args"}))) c.args.push_back(expand(word, lookup));
  c.working_dir = api::string_at(spec, {"workingDir"});
  c.mounts = std::move(in.mounts);
  c.labels = {{"io.kubernetes.container.name", c.name},
              {"io.kubernetes.pod.name", std::string(pod.name())},
              {"io.kubernetes.pod.namespace", std::string(pod.ns())},
              {"io.kubernetes.pod.uid", std::string(pod.uid())}};
  if (auto exit = pod.annotations().if_contains("troupe.dev/hollow-exit"); exit && exit->is_string())
    c.annotations.emplace("troupe.dev/hollow-exit", std::string(exit->get_string()));
  c.log_path = std::move(in.log_path);
  c.tty = api::bool_at(spec, {"tty"});
  c.in = api::bool_at(spec, {"stdin"});
  c.in_once = api::bool_at(spec, {"stdinOnce"});
  c.secure = security_of(pod, spec);
  auto seccomp = seccomp_of(pod, spec, in.seccomp_dir);
  if (!seccomp) return tl::unexpected(seccomp.error());
  c.secure.seccomp = std::move(*seccomp);
  c.limits = container_limits(pod, spec, in.node_memory_bytes);
  c.termination_message = std::move(in.termination_message);
  c.fallback_to_logs = api::string_at(spec, {"terminationMessagePolicy"}) == "FallbackToLogsOnError";
  c.target = std::move(in.target);
  return c;
}

} // namespace troupe::policies::node
