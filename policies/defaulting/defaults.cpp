#include "policies/defaulting/defaults.hpp"
#include "policies/defaulting/fill.hpp"
#include "policies/defaulting/kinds.hpp"
#include <unordered_map>

namespace troupe::policies::defaulting {

namespace {

using setter = void (*)(json::object&);
struct entry {
  std::string_view group;
  setter set;
};

/// Kinds that are not here have no defaults. No two served groups share a kind that has some, but for the older
/// autoscaler, which `set_defaults` tells apart by its version.
const std::unordered_map<std::string_view, entry>& setters() {
  static const std::unordered_map<std::string_view, entry> table{
      {"Pod", {"", set_pod}},
      {"PodTemplate", {"", set_pod_template}},
      {"ReplicationController", {"", set_replication_controller}},
      {"Service", {"", set_service}},
      {"Secret", {"", set_secret}},
      {"PersistentVolume", {"", set_persistent_volume}},
      {"PersistentVolumeClaim", {"", set_persistent_volume_claim}},
      {"Endpoints", {"", set_endpoints}},
      {"Namespace", {"", set_namespace}},
      {"Node", {"", set_node}},
      {"LimitRange", {"", set_limit_range}},
      {"ResourceQuota", {"", set_resource_quota}},
      {"Deployment", {"apps", set_deployment}},
      {"DaemonSet", {"apps", set_daemon_set}},
      {"StatefulSet", {"apps", set_stateful_set}},
      {"ReplicaSet", {"apps", set_replica_set}},
      {"Job", {"batch", set_job}},
      {"CronJob", {"batch", set_cron_job}},
      {"HorizontalPodAutoscaler", {"autoscaling", set_autoscaler}},
      {"NetworkPolicy", {"networking.k8s.io", set_network_policy}},
      {"IngressClass", {"networking.k8s.io", set_ingress_class}},
      {"EndpointSlice", {"discovery.k8s.io", set_endpoint_slice}},
      {"RoleBinding", {"rbac.authorization.k8s.io", set_role_binding}},
      {"ClusterRoleBinding", {"rbac.authorization.k8s.io", set_role_binding}},
      {"StorageClass", {"storage.k8s.io", set_storage_class}},
      {"CSIDriver", {"storage.k8s.io", set_csi_driver}},
      {"PriorityClass", {"scheduling.k8s.io", set_priority_class}},
      {"RuntimeClass", {"node.k8s.io", set_runtime_class}},
      {"TokenRequest", {"authentication.k8s.io", set_token_request}},
      {"PodDisruptionBudget", {"policy", set_disruption_budget}},
  };
  return table;
}

} // namespace

void normalize_quantity(json::value& value) {
  std::string text;
  if (auto* string = value.if_string())
    text.assign(string->data(), string->size());
  else if (value.is_number())
    text = json::serialize(value);
  else
    return;
  auto amount = api::quantity::parse(text);
  if (!amount) return;
  auto milli = amount->milli();
  constexpr auto unbounded = std::int64_t{1} << 62;
  auto thousandths = api::quantity::from_milli(milli);
  // Rounding loses the suffix family, so it is done only where it changes the amount.
  if (milli > -unbounded && milli < unbounded && thousandths != *amount)
    value = thousandths.text();
  else if (auto canonical = amount->text(); canonical != text || value.is_number())
    value = canonical;
}

void normalize_quantities(json::object& in, std::string_view name) {
  if (auto* list = object_in(in, name))
    for (auto& member : *list)
      normalize_quantity(member.value());
}

void set_defaults(const api::group_version_kind& type, api::json::object& body) {
  auto found = setters().find(type.kind);
  if (found == setters().end() || found->second.group != type.group) return;
  if (found->second.set == set_autoscaler && type.version == "v1")
    set_autoscaler_v1(body);
  else
    found->second.set(body);
}

} // namespace troupe::policies::defaulting
