#pragma once
#include "policies/admission/resource_quota.hpp"

namespace troupe::policies::admission {

/// The amounts of a resource list; entries that are no quantities are left out.
[[nodiscard]] resource_amounts read_amounts(const api::json::object* list);
/// What a pod takes at its peak: its containers and sidecars together, or the largest init container, and overhead.
/// `list` is "requests" or "limits".
[[nodiscard]] resource_amounts pod_amounts(const api::json::object& pod, std::string_view list);
/// "cpu=1,memory=1Gi", sorted.
[[nodiscard]] std::string text_of(const resource_amounts& amounts);

} // namespace troupe::policies::admission
