#pragma once
#include "policies/api/object.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::policies::node {

/// What a kubelet tells about its node.
struct node_facts {
  std::string name;
  std::map<std::string, std::string> labels;           ///< beside the standard ones
  std::vector<std::string> taints;                     ///< "key=value:Effect", at registration only
  std::vector<std::string> addresses;                  ///< InternalIP, one a family
  std::int64_t milli_cpu = 0, memory_bytes = 0, storage_bytes = 0, pods_max = 110;
  std::int64_t reserved_milli_cpu = 0, reserved_memory_bytes = 0; ///< capacity that pods cannot have
  std::string arch = "amd64", kernel, os_image, machine_id, system_uuid, boot_id, runtime, version;
  std::uint16_t port = 10250;                          ///< of the kubelet's endpoint
  std::string pod_cidr;                                ///< empty: given by others or none
};

/// A problem of the node: it is not ready while there is one.
struct node_health {
  std::string problem;            ///< "container runtime is down"; empty: ready
  bool memory_pressure = false, disk_pressure = false, pid_pressure = false;
};

struct node_image {
  std::vector<std::string> names;
  std::uint64_t size_bytes = 0;
};

/// The Node to register, with its first status.
[[nodiscard]] api::json::object node_object(const node_facts& facts, const node_health& health, api::time_point now);
/// The status that the kubelet reports. Transition times stay where a condition's status did not change against
/// `present`. At most 50 images, the largest first.
[[nodiscard]] api::json::object node_status(const node_facts& facts, const node_health& health,
                                            std::vector<node_image> images, const api::json::object& present,
                                            api::time_point now);
/// Whether a status must be written: it differs beside its heartbeat times, or the last report is `report_every` old.
[[nodiscard]] bool node_status_due(const api::json::object& before, const api::json::object& after,
                                   api::time_point reported, api::time_point now, api::duration report_every);
/// Labels that a registered node lacks or has with another value; a merge patch of metadata.labels.
[[nodiscard]] api::json::object node_label_changes(const node_facts& facts, const api::object& node);

/// The node's Lease in kube-node-lease (coordination.k8s.io/v1); `uid` is the node's, empty if not known.
[[nodiscard]] api::json::object lease_object(std::string_view node, std::string_view uid, std::int64_t seconds,
                                             api::time_point now);

} // namespace troupe::policies::node
