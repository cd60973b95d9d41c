#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"

namespace troupe::policies::controllers {

/// Pods that one plan creates or deletes at most (Kubernetes' BurstReplicas).
inline constexpr std::size_t burst_replicas_max = 500;

struct replica_set_view {
  const api::object_table& replica_sets;
  const api::object_table& pods;
};

/// Makes the number of pods of an apps/v1 ReplicaSet what it should be: adopts and releases, creates in growing batches
/// or deletes the pods that are missed least, and writes the status. Events: SuccessfulCreate, SuccessfulDelete,
/// FailedCreate, FailedDelete.
[[nodiscard]] plan plan_replica_set(const replica_set_view& view, const api::object_key& key, api::time_point now);

struct replication_controller_view {
  const api::object_table& controllers;
  const api::object_table& pods;
};

/// The same for a v1 ReplicationController.
[[nodiscard]] plan plan_replication_controller(const replication_controller_view& view, const api::object_key& key,
                                               api::time_point now);

} // namespace troupe::policies::controllers
