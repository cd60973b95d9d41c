#pragma once
#include "policies/node/pod_record.hpp"

namespace troupe::policies::node {

/// One entry of containerStatuses, initContainerStatuses or ephemeralContainerStatuses.

[[nodiscard]] api::json::object container_status(const api::object& pod, const container_ref& container,
                                                 const container_record& record);

/// The whole status of a pod as its kubelet sees it. Members of the present status that are not the kubelet's
/// (nominatedNodeName, resize) stay.
[[nodiscard]] api::json::object pod_status(const api::object& pod, const pod_record& record, api::time_point now);

/// The record that explains the present status of a pod, for a kubelet that starts anew and finds no trace of the pod
/// in its runtime: containers that had ended stay ended, those that ran count as lost (exit code 137, as Kubernetes).
[[nodiscard]] pod_record record_of(const api::object& pod);

} // namespace troupe::policies::node
