#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/namespace_deletion.hpp"
#include "policies/controllers/plan.hpp"
#include <vector>

namespace troupe::policies::controllers {

struct resource_quota_view {
  const api::object_table& quotas;
  /// Every type whose objects a quota may count. Tables that are not needed by a quota are not looked at.
  const std::vector<namespaced_type>& types;
};

/// Whether the change of an object may have made something free that a quota counts: a removal, a pod that has ended, a
/// service or claim that takes another shape. What is added is charged by admission. Null pointers for "not there".
[[nodiscard]] bool frees_quota(const api::group_resource& type, const api::object* before, const api::object* after);

/// Keeps `status.hard` of a quota like `spec.hard`, and `status.used` like what its namespace holds. Counts again from
/// time to time, and soon after it lowered a count, because a view of one type may lag behind the quota's.
[[nodiscard]] plan plan_resource_quota(const resource_quota_view& view, const api::object_key& key,
                                       api::time_point now);

} // namespace troupe::policies::controllers
