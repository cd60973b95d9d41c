#pragma once
#include "policies/node/pod_network.hpp"
#include "policies/node/pod_record.hpp"
#include "policies/oci/config.hpp"

namespace troupe::policies::node {

/// The runtime's configuration of a pod's sandbox.
[[nodiscard]] oci::sandbox_config sandbox_config_of(const api::object& pod, std::uint32_t attempt,
                                                    const cluster_dns& dns, std::string_view logs_dir);

} // namespace troupe::policies::node
