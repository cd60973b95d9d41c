#pragma once
#include "policies/api/object.hpp"
#include "policies/api/status.hpp"
#include "policies/api/time.hpp"
#include <optional>
#include <vector>

namespace troupe::policies::strategy {

/// What an accepted eviction has to write before the pod is deleted.
struct eviction_plan {
  /// New version of the budget with the pod in `status.disruptedPods` and one disruption fewer; a conflict on writing
  /// it means: decide again. Empty where no budget is concerned.
  std::optional<api::json::object> budget;
  /// New version of the pod with the condition DisruptionTarget, for an update before the deletion. Empty where the pod
  /// is being deleted already or has finished.
  std::optional<api::json::object> pod;
};

/// Decides an eviction under `budgets`, the PodDisruptionBudgets of the pod's namespace; those of other namespaces and
/// those whose selector does not match are ignored. Fails with 429 and the cause DisruptionBudget when none is left,
/// 500 when several match.
[[nodiscard]] api::result<eviction_plan>
plan_eviction(const api::object& pod, const std::vector<api::object_ptr>& budgets, api::time_point now);

} // namespace troupe::policies::strategy
