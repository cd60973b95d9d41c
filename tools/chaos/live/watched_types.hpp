#pragma once
#include <cstddef>
#include <string_view>

namespace troupe::tools::chaos::live {

struct watched_type {
  std::string_view name, path; ///< as in the store's keys; of the API, all namespaces
};
inline constexpr watched_type watched_types[] = {{"configmaps", "/api/v1/configmaps"},
                                                 {"pods", "/api/v1/pods"},
                                                 {"deployments.apps", "/apis/apps/v1/deployments"},
                                                 {"replicasets.apps", "/apis/apps/v1/replicasets"}};
inline constexpr std::size_t config_maps_type = 0, pods_type = 1, deployments_type = 2, replica_sets_type = 3;

} // namespace troupe::tools::chaos::live
