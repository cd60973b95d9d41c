#pragma once
#include "policies/api/resource.hpp"
#include "policies/schema/descriptor.hpp"

namespace troupe::policies::schema {

/// How a served kind that is stored as another one is converted; null pointer where it is stored as it is.
[[nodiscard]] const conversion* find_conversion(const api::group_version_kind& served) noexcept;

// The conversions, one pair each; all take and give whole documents, with apiVersion and kind.

/// events.k8s.io/v1 Event and core/v1 Event (pkg/apis/events/v1/conversion).
[[nodiscard]] json::object event_to_core(json::object served);
[[nodiscard]] json::object event_from_core(json::object stored);

/// autoscaling/v1 and v2 HorizontalPodAutoscaler. What v1 has no field for travels in Kubernetes' annotations
/// `autoscaling.alpha.kubernetes.io/{metrics,current-metrics,behavior,conditions}`.
[[nodiscard]] json::object autoscaler_to_v2(json::object served);
[[nodiscard]] json::object autoscaler_from_v2(json::object stored);

} // namespace troupe::policies::schema
