#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/template.hpp"

namespace troupe::policies::validation {

void check_disruption_budget(report& out, const json::object& body) {
  constexpr field_path root("spec");
  auto* spec = api::object_at(body, {"spec"});
  if (!spec) return;
  if (!absent(*spec, "minAvailable") && !absent(*spec, "maxUnavailable"))
    out.invalid_shown(root, json::serialize(*spec), "minAvailable and maxUnavailable cannot be both set");
  for (auto name : {"minAvailable", "maxUnavailable"}) {
    check_count_or_percent(out, root / name, spec->if_contains(name));
    check_at_most_all(out, root / name, spec->if_contains(name));
  }
  check_label_selector(out, root / "selector", api::object_at(*spec, {"selector"}));
  check_optional_one_of(out, root, *spec, "unhealthyPodEvictionPolicy", {"AlwaysAllow", "IfHealthyBudget"});
}

void check_disruption_budget_status(report& out, const json::object& body, const json::object&) {
  constexpr field_path at("status");
  auto* status = api::object_at(body, {"status"});
  if (!status) return;
  check_conditions(out, at / "conditions", api::array_at(*status, {"conditions"}));
  for (auto name : {"disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"})
    check_not_negative(out, at, *status, name);
}

} // namespace troupe::policies::validation
