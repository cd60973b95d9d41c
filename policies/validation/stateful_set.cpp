#include "policies/api/selector.hpp"
#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/replica_rules.hpp"
#include "policies/validation/template.hpp"

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");
const json::object empty;

void check_update_strategy(report& out, const json::object& spec) {
  auto at = root / "updateStrategy";
  auto rolling_at = at / "rollingUpdate";
  auto type = api::string_at(spec, {"updateStrategy", "type"});
  auto* rolling = api::object_at(spec, {"updateStrategy", "rollingUpdate"});
  if (type.empty()) return out.required(at);
  if (type == "OnDelete") {
    if (rolling)
      out.invalid_shown(rolling_at, json::serialize(*rolling), "only allowed for updateStrategy 'RollingUpdate'");
  } else if (type != "RollingUpdate") {
    out.invalid_shown(at, json::serialize(*spec.if_contains("updateStrategy")),
                      "must be 'RollingUpdate' or 'OnDelete'");
  } else if (rolling) {
    check_not_negative(out, rolling_at, *rolling, "partition");
    auto* unavailable = rolling->if_contains("maxUnavailable");
    if (!unavailable || unavailable->is_null()) return;
    check_count_or_percent(out, rolling_at / "maxUnavailable", unavailable);
    if (number_of(unavailable) == 0) out.invalid(rolling_at / "maxUnavailable", unavailable, "cannot be 0");
    check_at_most_all(out, rolling_at / "maxUnavailable", unavailable);
  }
}

/// Of the pods' own spec only what a stateful set depends on is checked; their volumes are not complete yet.
void check_pods(report& out, const json::object& spec) {
  auto at = root / "template";
  auto* pod = api::object_at(spec, {"template"});
  if (!pod) return out.required(at);
  auto* labels = api::object_at(*pod, {"metadata", "labels"});
  if (auto* selector = api::object_at(spec, {"selector"}))
    if (auto parsed = api::label_selector::from_document(selector);
        parsed && !parsed->selects_everything() && !parsed->matches(labels ? *labels : empty))
      out.invalid_shown(at / "metadata.labels", shown_map(labels), "`selector` does not match template `labels`");
  check_labels(out, at / "labels", labels);
  check_annotations(out, at / "annotations", api::object_at(*pod, {"metadata", "annotations"}));
  check_kept_running(out, at, *pod, "StatefulSet");
}

} // namespace

void check_stateful_set(report& out, const json::object& body) {
  auto& spec = spec_of(body);
  auto policy = api::string_at(spec, {"podManagementPolicy"});
  if (policy.empty())
    out.required(root / "podManagementPolicy");
  else if (policy != "OrderedReady" && policy != "Parallel")
    out.invalid(root / "podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
  check_update_strategy(out, spec);
  if (auto* retention = api::object_at(spec, {"persistentVolumeClaimRetentionPolicy"})) {
    auto at = root / "persistentVolumeClaimRetentionPolicy";
    for (auto name : {"whenDeleted", "whenScaled"}) {
      auto value = api::string_at(*retention, {name});
      if (value != "Retain" && value != "Delete") out.not_supported(at / name, value, {"Retain", "Delete"});
    }
  }
  for (auto name : {"replicas", "minReadySeconds"})
    check_not_negative(out, root, spec, name);
  if (auto* ordinals = api::object_at(spec, {"ordinals"}))
    check_not_negative(out, root / "ordinals", *ordinals, "start");
  check_controller_selector(out, spec, "statefulset");
  check_pods(out, spec);
}

void check_stateful_set_update(report& out, const json::object& body, const json::object& old) {
  auto rest = spec_of(body);
  auto& before = spec_of(old);
  for (auto name : {"replicas", "template", "updateStrategy", "minReadySeconds", "ordinals",
                    "persistentVolumeClaimRetentionPolicy"}) {
    if (auto* value = before.if_contains(name))
      rest[name] = *value;
    else
      rest.erase(name);
  }
  if (!api::semantically_equal(rest, before))
    out.forbidden(root, "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
                        "'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
}

void check_stateful_set_status(report& out, const json::object& body, const json::object& old) {
  check_replica_counts(out, body,
                       {"replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas",
                        "observedGeneration", "collisionCount"},
                       {"readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"},
                       "status.readyReplicas");
  check_collisions(out, body, old);
}

} // namespace troupe::policies::validation
