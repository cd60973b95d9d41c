#pragma once
#include "policies/api/json.hpp"
#include "policies/oci/config.hpp"
#include <string>
#include <vector>

namespace troupe::policies::oci {

/// Files of the sandbox that its containers see; empty: not mounted.
struct sandbox_files {
  std::string resolv_conf, hostname, shm;
};

/// The `mounts` of an OCI runtime configuration: the kernel's file systems, the sandbox's files, then the container's
/// own, parents before children. A mount of the container at or above a default one replaces it.
[[nodiscard]] api::json::array spec_mounts(const sandbox_config& pod, const container_config& container,
                                           const sandbox_files& files);

/// `rootfsPropagation` that the mounts need.
[[nodiscard]] std::string root_propagation(const std::vector<mount_point>& mounts);

} // namespace troupe::policies::oci
