#pragma once
#include "policies/node/downward.hpp"
#include "policies/node/pod_record.hpp"
#include "policies/oci/config.hpp"
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::policies::node {

/// What was prepared for a container before its configuration is put together.
struct container_inputs {
  std::uint32_t attempt = 0;
  std::string image_ref;                   ///< id of the image on the node
  std::int64_t image_user = -1;            ///< numeric user of the image; -1: none or a name
  std::string image_user_name;             ///< where the image's user is a name
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<oci::mount_point> mounts;    ///< volumes, /etc/hosts and the termination message file
  std::string log_path;
  std::string termination_message;         ///< file on the host
  std::int64_t node_memory_bytes = 0;
  std::string target;                      ///< id of the container whose processes an ephemeral one sees
  std::string seccomp_dir;                 ///< where profiles of the type Localhost lie
};

/// The runtime's configuration of a container: command and arguments expanded, security contexts of pod and container
/// merged, resources as kernel numbers. The error is the message of CreateContainerConfigError.
[[nodiscard]] or_text<oci::container_config> container_config_of(const api::object& pod, const container_ref& container,
                                                                 container_inputs inputs);

/// Resources of one container as kernel numbers.
[[nodiscard]] oci::resources container_limits(const api::object& pod, const api::json::object& container,
                                              std::int64_t node_memory_bytes);
/// Of the whole pod: limits only where every container has one.
[[nodiscard]] oci::resources pod_limits(const api::object& pod);

/// The path in the container at which its termination message lies.
[[nodiscard]] std::string termination_message_path(const api::json::object& container);

/// Group that owns the pod's volumes (securityContext.fsGroup); empty if none.
[[nodiscard]] std::optional<std::int64_t> volume_group(const api::object& pod);

} // namespace troupe::policies::node
