#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"

namespace troupe::policies::controllers {

struct deployment_view {
  const api::object_table& deployments;
  const api::object_table& replica_sets;
  const api::object_table& pods;
};

/// The next step of a rollout: owns one ReplicaSet per template, scales them by the strategy (RollingUpdate with
/// maxSurge and maxUnavailable, or Recreate), in proportion when the size changes in between, keeps revisions in
/// annotations, removes old ReplicaSets over the history limit, and writes the status with conditions and progress
/// deadline. A status update carries the annotation `deployment.kubernetes.io/revision`, as in Kubernetes. Events:
/// ScalingReplicaSet, ReplicaSetCreateError, SelectingAll.
[[nodiscard]] plan plan_deployment(const deployment_view& view, const api::object_key& key, api::time_point now);

} // namespace troupe::policies::controllers
