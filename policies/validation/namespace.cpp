#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"

namespace troupe::policies::validation {

void check_namespace(report& out, const json::object& body) {
  constexpr field_path at("spec.finalizers");
  for_each_string(api::array_at(body, {"spec", "finalizers"}),
                  [&](std::size_t, std::string_view name) { check_finalizer_name(out, at, name); });
}

void check_namespace_status(report& out, const json::object& body, const json::object&) {
  constexpr field_path at("status.Phase");
  auto phase = api::string_at(body, {"status", "phase"});
  if (!api::find(body, {"metadata", "deletionTimestamp"})) {
    if (phase != "Active") out.invalid(at, phase, "may only be 'Active' if `deletionTimestamp` is empty");
  } else if (phase != "Terminating") {
    out.invalid(at, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
  }
}

void check_lease(report& out, const json::object& body) {
  constexpr field_path at("spec");
  auto* spec = api::object_at(body, {"spec"});
  if (!spec) return;
  if (auto* seconds = spec->if_contains("leaseDurationSeconds");
      seconds && seconds->is_number() && api::int_at(*spec, {"leaseDurationSeconds"}) <= 0)
    out.invalid(at / "leaseDurationSeconds", seconds, "must be greater than 0");
  check_not_negative(out, at, *spec, "leaseTransitions");
  auto strategy = api::string_at(*spec, {"strategy"});
  if (!absent(*spec, "strategy")) {
    if (strategy.find('/') != std::string_view::npos)
      out.invalid(at / "strategy.strategy", strategy, is_qualified_name(strategy));
    else if (strategy != "OldestEmulationVersion")
      out.not_supported(at / "strategy.strategy", strategy, {"OldestEmulationVersion"});
  }
  if (!api::string_at(*spec, {"preferredHolder"}).empty() && strategy.empty())
    out.forbidden(at / "preferredHolder", "may only be specified if `strategy` is defined");
}

} // namespace troupe::policies::validation
