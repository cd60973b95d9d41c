#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"
#include <vector>

namespace troupe::policies::controllers {

/// All objects of one namespaced type.
struct namespaced_type {
  api::group_resource type;
  const api::object_table* objects = nullptr;
};

struct namespace_deletion_view {
  const api::object_table& namespaces;
  /// Every type whose objects lie in namespaces and can be deleted as a collection; events and pods included.
  const std::vector<namespaced_type>& types;
};

/// Empties a namespace that is being deleted and then takes the finalizer "kubernetes" away. Tells in conditions what
/// is left. The content counts as gone only when a plan after the last removal still finds none, because a view of one
/// type may lag behind the namespace's.
[[nodiscard]] plan plan_namespace_deletion(const namespace_deletion_view& view, const api::object_key& key,
                                           api::time_point now);

} // namespace troupe::policies::controllers
