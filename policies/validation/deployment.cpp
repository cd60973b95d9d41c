#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/replica_rules.hpp"
#include "policies/validation/template.hpp"

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");

void check_strategy(report& out, const json::object& spec) {
  auto at = root / "strategy";
  auto type = api::string_at(spec, {"strategy", "type"});
  auto* rolling = api::object_at(spec, {"strategy", "rollingUpdate"});
  auto rolling_at = at / "rollingUpdate";
  if (type == "Recreate") {
    if (rolling) out.forbidden(rolling_at, "may not be specified when strategy `type` is 'Recreate'");
  } else if (type != "RollingUpdate") {
    auto* strategy = spec.if_contains("strategy");
    out.add_shown(api::field_error_type::not_supported, at, strategy ? json::serialize(*strategy) : "{}",
                  "supported values: \"Recreate\", \"RollingUpdate\"");
  } else if (!rolling) {
    out.required(rolling_at, "this should be defaulted and never be nil");
  } else {
    auto *unavailable = rolling->if_contains("maxUnavailable"), *surge = rolling->if_contains("maxSurge");
    check_count_or_percent(out, rolling_at / "maxUnavailable", unavailable);
    check_count_or_percent(out, rolling_at / "maxSurge", surge);
    if (number_of(unavailable) == 0 && number_of(surge) == 0)
      out.invalid(rolling_at / "maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0");
    check_at_most_all(out, rolling_at / "maxUnavailable", unavailable);
  }
}

} // namespace

void check_deployment(report& out, const json::object& body) {
  auto& spec = spec_of(body);
  check_not_negative(out, root, spec, "replicas");
  check_controller_selector(out, spec, "deployment");
  check_controlled_template(out, root, spec);
  check_strategy(out, spec);
  for (auto name : {"minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"})
    check_not_negative(out, root, spec, name);
  if (absent(spec, "progressDeadlineSeconds")) return;
  if (auto deadline = api::int_at(spec, {"progressDeadlineSeconds"});
      deadline <= api::int_at(spec, {"minReadySeconds"}))
    out.invalid(root / "progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
}

void check_deployment_update(report& out, const json::object& body, const json::object& old) {
  check_selector_update(out, body, old);
}

void check_deployment_status(report& out, const json::object& body, const json::object& old) {
  check_replica_counts(out, body,
                       {"observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
                        "unavailableReplicas", "collisionCount"},
                       {"updatedReplicas", "readyReplicas", "availableReplicas"}, "readyReplicas");
  check_collisions(out, body, old);
}

void check_replica_set(report& out, const json::object& body) {
  auto& spec = spec_of(body);
  for (auto name : {"replicas", "minReadySeconds"})
    check_not_negative(out, root, spec, name);
  // Kubernetes calls it a deployment here too.
  check_controller_selector(out, spec, "deployment");
  check_controlled_template(out, root, spec);
}

void check_replica_set_update(report& out, const json::object& body, const json::object& old) {
  check_selector_update(out, body, old);
}

void check_replica_set_status(report& out, const json::object& body, const json::object&) {
  check_replica_counts(out, body,
                       {"replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"},
                       {"fullyLabeledReplicas", "readyReplicas", "availableReplicas"}, "readyReplicas");
}

void check_replication_controller(report& out, const json::object& body) {
  auto& spec = spec_of(body);
  auto* selector = api::object_at(spec, {"selector"});
  check_not_negative(out, root, spec, "minReadySeconds");
  if (!selector || selector->empty()) out.required(root / "selector");
  check_not_negative(out, root, spec, "replicas");
  auto at = root / "template";
  auto* pod = api::object_at(spec, {"template"});
  if (!pod) return out.required(at);
  auto* labels = api::object_at(*pod, {"metadata", "labels"});
  bool matches = true;
  for_each_member(selector, [&](std::string_view key, std::string_view value) {
    matches &= labels && api::string_at(*labels, {key}) == value && labels->contains(key);
  });
  if (!matches)
    out.invalid_shown(at / "metadata.labels", shown_map(labels), "`selector` does not match template `labels`");
  check_template(out, at, *pod);
  check_kept_running(out, at, *pod, "ReplicationController");
}

} // namespace troupe::policies::validation
