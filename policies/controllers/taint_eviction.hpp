#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"

namespace troupe::policies::controllers {

struct taint_eviction_view {
  const api::object_table& pods;
  const api::object_table& nodes;
};

/// Deletes a pod (the key) whose node has a NoExecute taint that the pod does not tolerate, or no longer: the shortest
/// `tolerationSeconds` counts from the time when the latest of the taints was added. Event TaintManagerEviction.
[[nodiscard]] plan plan_taint_eviction(const taint_eviction_view& view, const api::object_key& key,
                                       api::time_point now);

/// Whether a toleration of a pod tolerates a taint of a node (Kubernetes API, Toleration).
[[nodiscard]] bool tolerates(const json::value& toleration, const json::value& taint) noexcept;

} // namespace troupe::policies::controllers
