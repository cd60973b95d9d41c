#pragma once
#include "policies/api/object.hpp"
#include "policies/api/status.hpp"

namespace troupe::policies::strategy {

/// The autoscaling/v1 Scale of a Deployment, ReplicaSet, StatefulSet or ReplicationController.
[[nodiscard]] api::json::object scale_of(const api::object& target);

/// The target after writing `scale` to its scale subresource. Fails with 409 when uid or resourceVersion of the
/// scale differ from the target's, 400 when the names differ. `scale` was validated; prepare_for_update with
/// subresource "scale" comes next.
[[nodiscard]] api::result<api::json::object> apply_scale(const api::group_resource& type, const api::object& target,
                                                         const api::json::object& scale);

} // namespace troupe::policies::strategy
