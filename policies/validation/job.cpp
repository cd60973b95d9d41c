#include "policies/api/selector.hpp"
#include "policies/validation/job_policies.hpp"
#include "policies/validation/kinds.hpp"
#include "policies/validation/replica_rules.hpp"
#include "policies/validation/template.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");
const json::object empty;
constexpr std::int64_t indexes_max = 100000, many_completions = 100000, parallelism_of_many = 10000;

void check_indexed(report& out, const field_path& at, const json::object& spec) {
  auto parallelism = api::int_at(spec, {"parallelism"}), completions = api::int_at(spec, {"completions"}),
       failed = api::int_at(spec, {"maxFailedIndexes"});
  bool limited = !absent(spec, "maxFailedIndexes");
  if (absent(spec, "completions")) out.required(at / "completions", "when completion mode is Indexed");
  if (parallelism > indexes_max)
    out.invalid(at / "parallelism", parallelism,
                fmt::format("must be less than or equal to {} when completion mode is Indexed", indexes_max));
  if (limited && !absent(spec, "completions") && failed > completions)
    out.invalid(at / "maxFailedIndexes", failed, "must be less than or equal to completions");
  if (limited && failed > indexes_max)
    out.invalid(at / "maxFailedIndexes", failed, fmt::format("must be less than or equal to {}", indexes_max));
  if (completions <= many_completions || absent(spec, "backoffLimitPerIndex")) return;
  auto why = fmt::format(
      "must be less than or equal to {} when completions are above {} and used with backoff limit per index",
      parallelism_of_many, many_completions);
  if (!limited)
    out.required(at / "maxFailedIndexes",
                 fmt::format("must be specified when completions is above {}", many_completions));
  if (parallelism > parallelism_of_many) out.invalid(at / "parallelism", parallelism, why);
  if (limited && failed > parallelism_of_many) out.invalid(at / "maxFailedIndexes", failed, why);
}

void check_mode(report& out, const field_path& at, const json::object& spec) {
  auto mode = api::string_at(spec, {"completionMode"});
  if (!absent(spec, "completionMode") && mode != "NonIndexed" && mode != "Indexed")
    out.not_supported(at / "completionMode", mode, {"NonIndexed", "Indexed"});
  if (!absent(spec, "maxFailedIndexes") && absent(spec, "backoffLimitPerIndex"))
    out.required(at / "backoffLimitPerIndex", "when maxFailedIndexes is specified");
  if (mode == "Indexed") return check_indexed(out, at, spec);
  for (auto name : {"backoffLimitPerIndex", "maxFailedIndexes"})
    if (!absent(spec, name)) out.invalid(at / name, api::int_at(spec, {name}), "requires indexed completion mode");
  if (!absent(spec, "successPolicy"))
    out.invalid_shown(at / "successPolicy", json::serialize(*spec.if_contains("successPolicy")),
                      "requires indexed completion mode");
}

/// The selector and the labels that the server sets, unless the user takes that over.
void check_generated(report& out, const json::object& body, const json::object& spec) {
  if (api::bool_at(spec, {"manualSelector"}) || absent(spec, "selector")) return;
  auto uid = api::string_at(body, {"metadata", "uid"}), name = api::string_at(body, {"metadata", "name"});
  if (uid.empty()) return out.required(field_path("metadata.uid"));
  auto* labels = api::object_at(spec, {"template", "metadata", "labels"});
  auto at = root / "template.metadata.labels";
  for (auto [key, wanted] : {std::pair<std::string_view, std::string_view>{"controller-uid", uid},
                             {"job-name", name},
                             {"batch.kubernetes.io/controller-uid", uid},
                             {"batch.kubernetes.io/job-name", name}}) {
    auto value = labels ? api::string_at(*labels, {key}) : std::string_view();
    if (!labels || !labels->contains(key))
      out.required(at.key(key), fmt::format("must be '{}'", wanted));
    else if (value != wanted)
      out.invalid(at.key(key), value, std::string_view(fmt::format("must be '{}'", wanted)));
  }
  auto* selector = api::object_at(spec, {"selector", "matchLabels"});
  auto selected = selector ? api::string_at(*selector, {"batch.kubernetes.io/controller-uid"}) : std::string_view();
  auto older = selector ? api::string_at(*selector, {"controller-uid"}) : std::string_view();
  if (selected != uid && older != uid)
    out.invalid_shown(root / "selector", shown_selector(spec.if_contains("selector")), "`selector` not auto-generated");
}

bool finished_or_started(const json::object& body) {
  return !absent(api::object_at(body, {"status"}) ? *api::object_at(body, {"status"}) : empty, "startTime");
}

} // namespace

void check_job_spec(report& out, const field_path& at, const json::object& spec, bool) {
  for (auto name : {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
                    "backoffLimitPerIndex", "maxFailedIndexes"})
    check_not_negative(out, at, spec, name);
  if (auto manager = api::string_at(spec, {"managedBy"}); !absent(spec, "managedBy")) {
    constexpr std::size_t bytes_max = 63;
    out.invalid(at / "managedBy", manager, is_domain_prefixed_path(manager));
    if (manager.size() > bytes_max) out.too_long(at / "managedBy", bytes_max);
  }
  check_mode(out, at, spec);
  check_failure_policy(out, at, spec);
  check_success_policy(out, at, spec);
  auto* pod = api::object_at(spec, {"template"});
  auto pod_at = at / "template";
  check_template(out, pod_at, pod ? *pod : empty);
  auto restart = pod ? api::string_at(*pod, {"spec", "restartPolicy"}) : std::string_view();
  if (restart.empty() || restart == "Always")
    out.required(pod_at / "spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
  else if (restart != "OnFailure" && restart != "Never")
    out.not_supported(pod_at / "spec.restartPolicy", restart, {"OnFailure", "Never"});
  else if (!absent(spec, "podFailurePolicy") && restart != "Never")
    out.invalid(pod_at / "spec.restartPolicy", restart,
                "only \"Never\" is supported when podFailurePolicy is specified");
}

void check_job(report& out, const json::object& body) {
  auto& spec = spec_of(body);
  check_generated(out, body, spec);
  auto* selector = api::object_at(spec, {"selector"});
  if (!selector) out.required(root / "selector");
  check_job_spec(out, root, spec, false);
  if (selector) {
    auto* labels = api::object_at(spec, {"template", "metadata", "labels"});
    auto parsed = api::label_selector::from_document(selector);
    if (parsed && !parsed->matches(labels ? *labels : empty))
      out.invalid_shown(root / "template.metadata.labels", shown_map(labels),
                        "`selector` does not match template `labels`");
  }
  auto completions = api::int_at(spec, {"completions"});
  if (api::string_at(spec, {"completionMode"}) != "Indexed" || completions <= 0) return;
  auto name = api::string_at(body, {"metadata", "name"});
  auto longest = fmt::format("{}-{}", name, completions - 1);
  if (!is_dns_label(longest).empty())
    out.invalid(field_path("metadata.name"), name,
                std::string_view(fmt::format("will not able to create pod with invalid DNS label: {}", longest)));
}

void check_job_update(report& out, const json::object& body, const json::object& old) {
  auto &spec = spec_of(body), &before = spec_of(old);
  // The work of an indexed job may be resized, together with its parallelism.
  bool indexed = api::string_at(spec, {"completionMode"}) == "Indexed";
  auto completions = api::int_at(spec, {"completions"}), old_completions = api::int_at(before, {"completions"});
  if (!indexed)
    check_immutable(out, root / "completions", spec.if_contains("completions"), before.if_contains("completions"));
  else if (completions != old_completions && completions != api::int_at(spec, {"parallelism"}))
    out.invalid(root / "completions", completions, "can only be modified in tandem with spec.parallelism");
  check_immutable(out, root / "selector", spec.if_contains("selector"), before.if_contains("selector"));
  auto now_pod = spec.contains("template") ? spec.at("template") : json::value(),
       old_pod = before.contains("template") ? before.at("template") : json::value();
  bool placeable = api::bool_at(before, {"suspend"}) && !finished_or_started(old);
  if (placeable && now_pod.is_object() && old_pod.is_object()) {
    // Before it ever ran, where its pods may go is still open.
    auto forget = [&](api::path where) {
      api::erase_at(now_pod.get_object(), where);
      api::erase_at(old_pod.get_object(), where);
    };
    forget({"spec", "nodeSelector"});
    forget({"spec", "tolerations"});
    forget({"spec", "affinity", "nodeAffinity"});
    forget({"spec", "schedulingGates"});
    forget({"metadata", "labels"});
    forget({"metadata", "annotations"});
  }
  if (!api::semantically_equal(now_pod, old_pod))
    out.invalid(root / "template", spec.if_contains("template"), immutable);
  for (auto name : {"completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"})
    check_immutable(out, root / name, spec.if_contains(name), before.if_contains(name));
}

} // namespace troupe::policies::validation
