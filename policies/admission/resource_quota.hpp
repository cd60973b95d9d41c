#pragma once
#include "policies/admission/request.hpp"
#include "policies/api/quantity.hpp"
#include "policies/api/status.hpp"
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::policies::admission {

/// Amounts by resource name, in the order that error texts show them.
using resource_amounts = std::map<std::string, api::quantity, std::less<>>;

/// What one object counts for: `pods`, `requests.cpu`, `count/deployments.apps`, … Empty for kinds that no quota
/// covers.
[[nodiscard]] resource_amounts usage_of(const api::group_resource& type, const api::json::object& body,
                                        api::time_point now);

/// True if objects of the type count for this name of a quota: "pods", "requests.cpu", "count/deployments.apps", …
[[nodiscard]] bool counts_for(const api::group_resource& type, std::string_view quota_name);

/// True if the object is in all scopes of the quota.
[[nodiscard]] bool in_scopes(const api::json::object& quota, const api::group_resource& type,
                             const api::json::object& body);

/// A quota whose `status.used` a write would raise: store it before the write (a conflict means: decide again).
struct quota_charge {
  api::object_ptr quota;
  api::json::object charged; ///< the quota's next version
};

/// Checks a write against the quotas of its namespace. Fails with 403 `exceeded quota: …`, or `failed quota: …: must
/// specify …` for a pod that leaves out what a quota counts. On success the charges to store; none for a dry run.
[[nodiscard]] api::result<std::vector<quota_charge>> charge_quota(const request& req, const lookup& view);

} // namespace troupe::policies::admission
