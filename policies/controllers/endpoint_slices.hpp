#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"
#include <map>
#include <string>
#include <vector>

namespace troupe::policies::controllers {

/// Endpoints in one slice at most.
inline constexpr std::size_t slice_endpoints_max = 100;

struct endpoint_slices_view {
  const api::object_table& services;
  const api::object_table& pods;
  const api::object_table& slices;
  const api::object_table& nodes;
};

/// Keeps the discovery.k8s.io/v1 EndpointSlices of a service in step with its pods: one group of slices for each
/// address family and each set of port numbers. An endpoint stays in its slice; free places are filled first, empty
/// slices go.
[[nodiscard]] plan plan_endpoint_slices(const endpoint_slices_view& view, const api::object_key& key,
                                        api::time_point now);

} // namespace troupe::policies::controllers
