#pragma once
#include "policies/api/object.hpp"
#include "policies/api/status.hpp"
#include "policies/api/time.hpp"

namespace troupe::policies::strategy {

/// The pod after a Binding was applied: `spec.nodeName`, annotations and labels of the binding, condition PodScheduled.
/// Fails with 409 when the pod is being deleted, gated, already assigned or another pod than the binding's uid names.
/// `binding` was validated (policies/validation).
[[nodiscard]] api::result<api::json::object> bind_pod(const api::object& pod, const api::json::object& binding,
                                                      api::time_point now);

} // namespace troupe::policies::strategy
