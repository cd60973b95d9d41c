#include "policies/defaulting/fill.hpp"
#include "policies/defaulting/kinds.hpp"

namespace troupe::policies::defaulting {

namespace {

json::object scaling_policy(std::string_view type, int value) {
  return {{"type", type}, {"value", value}, {"periodSeconds", 15}};
}

void set_scaling_rules(json::object& behavior, std::string_view direction) {
  auto* rules = need_object(behavior, direction);
  if (!rules) return;
  bool up = direction == "scaleUp";
  // Scaling down waits as long as the controller is configured to, unless the rules say otherwise.
  if (up) fill_absent(*rules, "stabilizationWindowSeconds", 0);
  fill_absent(*rules, "selectPolicy", "Max");
  if (!absent(*rules, "policies")) return;
  json::array policies;
  if (up) policies.push_back(scaling_policy("Pods", 4));
  policies.push_back(scaling_policy("Percent", 100));
  (*rules)["policies"] = std::move(policies);
}

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";

} // namespace

void set_autoscaler(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_absent(*spec, "minReplicas", 1);
  auto* metrics = api::array_at(*spec, {"metrics"});
  if (!metrics || metrics->empty())
    (*spec)["metrics"] = json::array{json::object{
        {"type", "Resource"},
        {"resource", json::object{{"name", "cpu"},
                                  {"target", json::object{{"type", "Utilization"}, {"averageUtilization", 80}}}}}}};
  if (auto* behavior = object_in(*spec, "behavior")) {
    set_scaling_rules(*behavior, "scaleUp");
    set_scaling_rules(*behavior, "scaleDown");
  }
}

void set_autoscaler_v1(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_absent(*spec, "minReplicas", 1);
  bool other_metrics = api::find(body, {"metadata", "annotations", "autoscaling.alpha.kubernetes.io/metrics"});
  if (!other_metrics) fill_absent(*spec, "targetCPUUtilizationPercentage", 80);
}

void set_role_binding(json::object& body) {
  if (auto* role = object_in(body, "roleRef")) fill_blank(*role, "apiGroup", rbac_group);
  each(body, "subjects", [](json::object& subject) {
    auto kind = api::string_at(subject, {"kind"});
    if (kind == "User" || kind == "Group") fill_blank(subject, "apiGroup", rbac_group);
  });
}

void set_storage_class(json::object& body) {
  fill_absent(body, "reclaimPolicy", "Delete");
  fill_absent(body, "volumeBindingMode", "Immediate");
}

void set_csi_driver(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_absent(*spec, "attachRequired", true);
  for (auto name : {"podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount"})
    fill_absent(*spec, name, false);
  fill_absent(*spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
  auto* modes = api::array_at(*spec, {"volumeLifecycleModes"});
  if (!modes || modes->empty()) (*spec)["volumeLifecycleModes"] = json::array{"Persistent"};
}

void set_priority_class(json::object& body) { fill_absent(body, "preemptionPolicy", "PreemptLowerPriority"); }

void set_runtime_class(json::object& body) {
  if (auto* overhead = object_in(body, "overhead")) normalize_quantities(*overhead, "podFixed");
}

void set_token_request(json::object& body) {
  if (auto* spec = need_object(body, "spec")) fill_absent(*spec, "expirationSeconds", 3600);
}

void set_disruption_budget(json::object& body) {
  // Written by conversion from policy/v1beta1, where an empty selector selected nothing.
  constexpr std::string_view marker = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";
  auto* spec = object_in(body, "spec");
  auto* selector = spec ? object_in(*spec, "selector") : nullptr;
  auto* labels = selector ? object_in(*selector, "matchLabels") : nullptr;
  if (!labels || !labels->contains(marker)) return;
  auto* expressions = api::array_at(*selector, {"matchExpressions"});
  if (labels->size() > 1 || (expressions && !expressions->empty())) labels->erase(marker);
}

} // namespace troupe::policies::defaulting
