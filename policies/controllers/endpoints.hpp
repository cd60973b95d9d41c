#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"

namespace troupe::policies::controllers {

/// Addresses that one Endpoints object holds at most; more are cut off and the object is marked.
inline constexpr std::size_t endpoints_addresses_max = 1000;

struct endpoints_view {
  const api::object_table& services;
  const api::object_table& pods;
  const api::object_table& endpoints;
};

/// Keeps the v1 Endpoints of a service (same key) in step with its pods, and removes them with the service. Services
/// without a selector are left to their owners.
[[nodiscard]] plan plan_endpoints(const endpoints_view& view, const api::object_key& key, api::time_point now);

} // namespace troupe::policies::controllers
