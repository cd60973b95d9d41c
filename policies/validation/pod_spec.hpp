#pragma once
#include "policies/validation/report.hpp"
#include <map>
#include <vector>

namespace troupe::policies::validation {

/// What the rules of one container need to know of the pod around it.
struct pod_view {
  const json::object& spec;
  /// Volumes without errors of their own, by name.
  std::map<std::string_view, const json::object*> volumes;
  std::int64_t grace_seconds = 0;
};

/// The rules of a PodSpec. `pod` is the metadata of the pod, null for a template.
void check_pod_spec(report& out, const field_path& at, const json::object& spec, const json::object* pod);

// Parts of it, by rule.
void check_containers(report& out, const field_path& at, const pod_view& pod);
void check_init_containers(report& out, const field_path& at, const pod_view& pod);
void check_ephemeral_container_list(report& out, const field_path& at, const pod_view& pod);
void check_environment(report& out, const field_path& container, const json::object& spec);
/// livenessProbe, readinessProbe, startupProbe and lifecycle of a container.
void check_probes_and_hooks(report& out, const field_path& container, const json::object& spec, const pod_view& pod);
void check_mounts(report& out, const field_path& container, const json::object& spec, const pod_view& pod);
void check_container_security(report& out, const field_path& at, const json::object& context, bool host_users);
void check_pod_security(report& out, const field_path& spec_at, const json::object& spec);
void check_placement(report& out, const field_path& at, const json::object& spec);
void check_tolerations(report& out, const field_path& at, const json::array* tolerations);
void check_taint_effect(report& out, const field_path& at, std::string_view effect);
void check_node_selector(report& out, const field_path& at, const json::object& selector);

/// Checks all volumes and gives those that have no errors.
[[nodiscard]] std::map<std::string_view, const json::object*>
check_volumes(report& out, const field_path& at, const json::array* volumes, const json::object* pod);
void check_volume_source(report& out, const field_path& at, const json::object& volume);
void check_projected(report& out, const field_path& at, const json::object& source);
void check_file_mode(report& out, const field_path& at, const json::object& in, std::string_view name);
void check_key_to_path(report& out, const field_path& at, const json::object& item);
void check_downward_file(report& out, const field_path& at, const json::object& file);
/// Which members a downward-API field reference may name.
enum class field_reference { environment, volume };
void check_field_reference(report& out, const field_path& at, const json::object& reference, field_reference where);
void check_resource_reference(report& out, const field_path& at, const json::object& reference, field_reference where);

/// Relative, without "..".
void check_local_path(report& out, const field_path& at, std::string_view path);
/// As a local path, and not starting with "..".
void check_local_free_path(report& out, const field_path& at, std::string_view path);
void check_no_backsteps(report& out, const field_path& at, std::string_view path);
/// A port as a number or as a name.
void check_port_reference(report& out, const field_path& at, const json::value* port);

/// The spec of a claim, in a PersistentVolumeClaim or in a template.
void check_claim_spec(report& out, const field_path& at, const json::object& spec);

} // namespace troupe::policies::validation
