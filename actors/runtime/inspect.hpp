#pragma once
#include "actors/runtime/messages.hpp"

/// How the runtime's messages travel on a wire. The values of policies/oci know no CAF, so their encoding is here.
/// `describe` gives the same fields with their names, for the state files (json_codec.hpp).
#define TROUPE_INSPECT(type, ...)                                                                                      \
  template <class Inspector> typename Inspector::result_type inspect(Inspector& f, type& x) {                          \
    return f(caf::meta::type_name(#type), __VA_ARGS__);                                                                \
  }                                                                                                                    \
  template <class Visitor> void describe(Visitor&& v, type& x) {                                                       \
    v(#__VA_ARGS__, __VA_ARGS__);                                                                                      \
  }

namespace troupe::policies::oci {
TROUPE_INSPECT(port_mapping, x.proto, x.container_port, x.host_port, x.host_ip)
TROUPE_INSPECT(resources, x.cpu_shares, x.cpu_quota_us, x.cpu_period_us, x.memory_limit_bytes, x.pids_limit,
               x.oom_score_adj)
TROUPE_INSPECT(dns_config, x.servers, x.searches, x.options)
TROUPE_INSPECT(sandbox_config, x.name, x.ns, x.uid, x.attempt, x.hostname, x.dns, x.ports, x.labels, x.annotations,
               x.sysctls, x.host_network, x.host_pid, x.host_ipc, x.share_processes, x.log_directory, x.cgroup_parent,
               x.limits)
TROUPE_INSPECT(mount_point, x.host_path, x.container_path, x.read_only, x.spread)
TROUPE_INSPECT(device, x.host_path, x.container_path, x.permissions)
TROUPE_INSPECT(security, x.run_as_user, x.run_as_group, x.supplemental_groups, x.add_capabilities, x.drop_capabilities,
               x.privileged, x.read_only_root, x.allow_privilege_escalation, x.unmasked_proc, x.seccomp)
TROUPE_INSPECT(container_config, x.name, x.attempt, x.image, x.image_ref, x.command, x.args, x.env, x.working_dir,
               x.mounts, x.devices, x.labels, x.annotations, x.log_path, x.tty, x.in, x.in_once, x.secure, x.limits,
               x.stop_signal, x.termination_message, x.fallback_to_logs, x.target)
} // namespace troupe::policies::oci

namespace troupe::actors::runtime {
TROUPE_INSPECT(sandbox_id, x.value)
TROUPE_INSPECT(container_id, x.value)
TROUPE_INSPECT(sandbox_status, x.id, x.ready, x.created_us, x.ips, x.config)
TROUPE_INSPECT(container_status, x.id, x.sandbox, x.state, x.created_us, x.started_us, x.finished_us, x.pid,
               x.exit_code, x.reason, x.message, x.image_id, x.image_ref, x.config)
TROUPE_INSPECT(inventory, x.sandboxes, x.containers)
TROUPE_INSPECT(container_event, x.what, x.status)
TROUPE_INSPECT(exec_result, x.exit_code, x.timed_out, x.out, x.err)
TROUPE_INSPECT(usage, x.sampled_us, x.cpu_ns, x.memory_bytes, x.working_set_bytes, x.rss_bytes, x.processes)
TROUPE_INSPECT(container_usage, x.id, x.sandbox, x.now)
TROUPE_INSPECT(session_request, x.what, x.sandbox, x.container, x.log_files)
TROUPE_INSPECT(image_info, x.id, x.tags, x.digests, x.size_bytes, x.user, x.user_name)
TROUPE_INSPECT(credentials, x.user, x.password)
TROUPE_INSPECT(pull_request, x.image, x.secrets)
TROUPE_INSPECT(disk_usage, x.path, x.used_bytes, x.used_inodes, x.capacity_bytes, x.available_bytes, x.capacity_inodes,
               x.available_inodes)
TROUPE_INSPECT(condition, x.reason, x.message, x.fatal)
TROUPE_INSPECT(version, x.name, x.version, x.conditions)
} // namespace troupe::actors::runtime

#undef TROUPE_INSPECT
