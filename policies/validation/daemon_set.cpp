#include "policies/api/selector.hpp"
#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/replica_rules.hpp"
#include "policies/validation/template.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");
const json::object empty;

void check_update_strategy(report& out, const json::object& spec) {
  auto at = root / "updateStrategy";
  auto type = api::string_at(spec, {"updateStrategy", "type"});
  if (type == "OnDelete") return;
  if (type != "RollingUpdate") {
    auto* strategy = spec.if_contains("updateStrategy");
    return out.add_shown(api::field_error_type::not_supported, at, strategy ? json::serialize(*strategy) : "{}",
                         "supported values: \"RollingUpdate\", \"OnDelete\"");
  }
  auto rolling_at = at / "rollingUpdate";
  auto* rolling = api::object_at(spec, {"updateStrategy", "rollingUpdate"});
  if (!rolling) return out.required(rolling_at);
  auto *unavailable = rolling->if_contains("maxUnavailable"), *surge = rolling->if_contains("maxSurge");
  for (auto [name, value] : {std::pair{"maxUnavailable", unavailable}, {"maxSurge", surge}}) {
    check_count_or_percent(out, rolling_at / name, value);
    check_at_most_all(out, rolling_at / name, value);
  }
  if (number_of(unavailable) != 0 && number_of(surge) != 0)
    out.invalid(rolling_at / "maxSurge", surge, "may not be set when maxUnavailable is non-zero");
  if (number_of(unavailable) == 0 && number_of(surge) == 0)
    out.required(rolling_at / "maxUnavailable", "cannot be 0 when maxSurge is 0");
}

} // namespace

void check_daemon_set(report& out, const json::object& body) {
  auto& spec = spec_of(body);
  auto* selector = api::object_at(spec, {"selector"});
  check_label_selector(out, root / "selector", selector);
  auto* pod = api::object_at(spec, {"template"});
  auto at = root / "template";
  auto& shape = pod ? *pod : empty;
  auto* labels = api::object_at(shape, {"metadata", "labels"});
  auto parsed = api::label_selector::from_document(selector);
  if (parsed && !parsed->matches(labels ? *labels : empty))
    out.invalid_shown(at / "metadata.labels", shown_map(labels), "`selector` does not match template `labels`");
  if (selector && parsed && parsed->selects_everything())
    out.invalid_shown(root / "selector", shown_selector(spec.if_contains("selector")),
                      "empty selector is invalid for daemonset");
  check_template(out, at, shape);
  check_kept_running(out, at, shape, "DaemonSet");
  for (auto name : {"minReadySeconds", "revisionHistoryLimit"})
    check_not_negative(out, root, spec, name);
  check_update_strategy(out, spec);
}

void check_daemon_set_update(report& out, const json::object& body, const json::object& old) {
  check_selector_update(out, body, old);
}

void check_daemon_set_status(report& out, const json::object& body, const json::object& old) {
  constexpr field_path at("status");
  if (auto* status = api::object_at(body, {"status"}))
    for (auto name :
         {"currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
          "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount"})
      check_not_negative(out, at, *status, name);
  check_collisions(out, body, old);
}

void check_controller_revision(report& out, const json::object& body) {
  if (auto revision = api::int_at(body, {"revision"}); revision < 0)
    out.invalid(field_path("revision"), revision, not_negative);
  auto* data = body.if_contains("data");
  if (!data || data->is_null()) out.required(field_path("data"), "data is mandatory");
}

void check_controller_revision_update(report& out, const json::object& body, const json::object& old) {
  check_immutable(out, field_path("data"), body.if_contains("data"), old.if_contains("data"));
}

} // namespace troupe::policies::validation
