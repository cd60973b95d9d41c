#include "policies/validation/validate.hpp"
#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include <fmt/format.h>
#include <unordered_map>

namespace troupe::policies::validation {

namespace {

using check = void (*)(report& out, const json::object& body);
using compare = void (*)(report& out, const json::object& body, const json::object& old);

struct rules {
  std::string_view group;
  scope where;
  name_rule name;
  check always = nullptr;
  compare update = nullptr;
  compare status = nullptr;
  check create = nullptr;
};

constexpr auto in_namespace = scope::namespaced, in_cluster = scope::cluster;
constexpr std::string_view rbac = "rbac.authorization.k8s.io", networking = "networking.k8s.io";

const std::unordered_map<std::string_view, rules>& table() {
  static const std::unordered_map<std::string_view, rules> all{
      {"Pod", {"", in_namespace, is_dns_subdomain, check_pod, check_pod_update, check_pod_status, check_pod_create}},
      {"Namespace", {"", in_cluster, is_dns_label, check_namespace, nullptr, check_namespace_status}},
      {"Node", {"", in_cluster, is_dns_subdomain, check_node, check_node_update, check_node_update}},
      {"ConfigMap", {"", in_namespace, is_dns_subdomain, check_config_map, check_config_map_update}},
      {"Secret", {"", in_namespace, is_dns_subdomain, check_secret, check_secret_update}},
      {"ServiceAccount", {"", in_namespace, is_dns_subdomain}},
      {"PodTemplate", {"", in_namespace, is_dns_subdomain, check_pod_template_object}},
      {"Service", {"", in_namespace, is_dns_1035_label, check_service, check_service_update, check_service_status}},
      {"Endpoints", {"", in_namespace, is_dns_subdomain, check_endpoints}},
      {"ReplicationController",
       {"", in_namespace, is_dns_subdomain, check_replication_controller, nullptr, check_replica_set_status}},
      {"LimitRange", {"", in_namespace, is_dns_subdomain, check_limit_range}},
      {"ResourceQuota", {"", in_namespace, is_dns_subdomain, check_resource_quota, check_resource_quota_update}},
      {"PersistentVolume", {"", in_cluster, is_dns_subdomain, check_persistent_volume, check_persistent_volume_update}},
      {"PersistentVolumeClaim",
       {"", in_namespace, is_dns_subdomain, check_persistent_volume_claim, check_persistent_volume_claim_update,
        check_persistent_volume_claim_status}},
      {"Deployment",
       {"apps", in_namespace, is_dns_subdomain, check_deployment, check_deployment_update, check_deployment_status}},
      {"ReplicaSet",
       {"apps", in_namespace, is_dns_subdomain, check_replica_set, check_replica_set_update, check_replica_set_status}},
      {"StatefulSet",
       {"apps", in_namespace, is_dns_label, check_stateful_set, check_stateful_set_update, check_stateful_set_status}},
      {"DaemonSet",
       {"apps", in_namespace, is_dns_subdomain, check_daemon_set, check_daemon_set_update, check_daemon_set_status}},
      {"ControllerRevision",
       {"apps", in_namespace, is_dns_subdomain, check_controller_revision, check_controller_revision_update}},
      {"Job", {"batch", in_namespace, is_dns_subdomain, check_job, check_job_update, check_job_status}},
      {"CronJob", {"batch", in_namespace, is_dns_subdomain, check_cron_job, nullptr, nullptr, check_cron_job_create}},
      {"EndpointSlice",
       {"discovery.k8s.io", in_namespace, is_dns_subdomain, check_endpoint_slice, check_endpoint_slice_update}},
      {"Lease", {"coordination.k8s.io", in_namespace, is_dns_subdomain, check_lease}},
      {"PodDisruptionBudget",
       {"policy", in_namespace, is_dns_subdomain, check_disruption_budget, nullptr, check_disruption_budget_status}},
      {"HorizontalPodAutoscaler",
       {"autoscaling", in_namespace, is_dns_subdomain, check_autoscaler, nullptr, check_autoscaler_status}},
      {"Ingress",
       {networking, in_namespace, is_dns_subdomain, check_ingress, nullptr, check_ingress_status,
        check_ingress_create}},
      {"IngressClass", {networking, in_cluster, is_dns_subdomain, check_ingress_class, check_ingress_class_update}},
      {"NetworkPolicy", {networking, in_namespace, is_dns_subdomain, check_network_policy}},
      {"Role", {rbac, in_namespace, is_path_segment, check_role}},
      {"ClusterRole", {rbac, in_cluster, is_path_segment, check_cluster_role}},
      {"RoleBinding", {rbac, in_namespace, is_path_segment, check_role_binding, check_role_binding_update}},
      {"ClusterRoleBinding",
       {rbac, in_cluster, is_path_segment, check_cluster_role_binding, check_role_binding_update}},
      {"StorageClass",
       {"storage.k8s.io", in_cluster, is_dns_subdomain, check_storage_class, check_storage_class_update}},
      {"PriorityClass",
       {"scheduling.k8s.io", in_cluster, is_dns_subdomain, check_priority_class, check_priority_class_update}},
      {"RuntimeClass", {"node.k8s.io", in_cluster, is_dns_subdomain, check_runtime_class, check_runtime_class_update}},
  };
  return all;
}

/// Event is the one kind that two groups serve. Its core form checks its namespace itself.
constexpr rules core_event{"", in_namespace, is_path_segment, check_event};
constexpr rules new_event{"events.k8s.io",        in_namespace, is_dns_subdomain,      check_new_event,
                          check_new_event_update, nullptr,      check_new_event_create};
constexpr rules unknown_namespaced{"", in_namespace, is_dns_subdomain};
constexpr rules unknown_cluster{"", in_cluster, is_dns_subdomain};

const rules& rules_of(const api::group_version_kind& type, const json::object& body) {
  if (type.kind == "Event") return type.group.empty() ? core_event : new_event;
  auto found = table().find(type.kind);
  if (found != table().end() && found->second.group == type.group) return found->second;
  // The scope of other kinds is the concern of their descriptor.
  return api::string_at(body, {"metadata", "namespace"}).empty() ? unknown_cluster : unknown_namespaced;
}

const json::object& metadata_of(const json::object& body) {
  static const json::object none;
  auto* found = api::object_at(body, {"metadata"});
  return found ? *found : none;
}

} // namespace

api::field_errors validate_create(const api::group_version_kind& type, const json::object& body) {
  api::field_errors errors;
  report out(errors);
  auto& kind = rules_of(type, body);
  check_metadata(out, metadata_of(body), kind.name, kind.where);
  if (kind.always) kind.always(out, body);
  if (kind.create) kind.create(out, body);
  return errors;
}

api::field_errors validate_update(const api::group_version_kind& type, const json::object& body,
                                  const json::object& old) {
  api::field_errors errors;
  report out(errors);
  auto& kind = rules_of(type, body);
  check_metadata_update(out, metadata_of(body), metadata_of(old));
  if (kind.always) kind.always(out, body);
  if (kind.update) kind.update(out, body, old);
  return errors;
}

api::field_errors validate_status_update(const api::group_version_kind& type, const json::object& body,
                                         const json::object& old) {
  api::field_errors errors;
  report out(errors);
  check_metadata_update(out, metadata_of(body), metadata_of(old));
  if (auto& kind = rules_of(type, body); kind.status) kind.status(out, body, old);
  return errors;
}

api::field_errors validate_scale(const json::object& scale) {
  api::field_errors errors;
  report out(errors);
  check_metadata(out, metadata_of(scale), is_path_segment, scope::namespaced);
  check_not_negative(out, field_path("spec"),
                     api::object_at(scale, {"spec"}) ? *api::object_at(scale, {"spec"}) : json::object{}, "replicas");
  return errors;
}

api::field_errors validate_binding(const json::object& binding) {
  api::field_errors errors;
  report out(errors);
  auto kind = api::string_at(binding, {"target", "kind"});
  if (!kind.empty() && kind != "Node") out.not_supported(field_path("target.kind"), kind, {"Node", "<empty>"});
  if (api::string_at(binding, {"target", "name"}).empty()) out.required(field_path("target.name"));
  return errors;
}

api::field_errors validate_token_request(const json::object& request) {
  api::field_errors errors;
  report out(errors);
  constexpr field_path at("spec.expirationSeconds");
  auto seconds = api::int_at(request, {"spec", "expirationSeconds"});
  if (seconds < 600) out.invalid(at, seconds, "may not specify a duration less than 10 minutes");
  if (seconds > std::int64_t{1} << 32) out.invalid(at, seconds, "may not specify a duration larger than 2^32 seconds");
  return errors;
}

api::result<void> validate_eviction(const json::object& eviction, std::string_view pod_name) {
  if (api::string_at(eviction, {"metadata", "name"}) == pod_name) return {};
  return api::failure(api::bad_request("name in URL does not match name in Eviction object"));
}

} // namespace troupe::policies::validation
