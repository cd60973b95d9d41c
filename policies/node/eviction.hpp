#pragma once
#include "policies/api/object.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Eviction of pods that take more of the node's disk than they said (kubelet's local storage eviction).
namespace troupe::policies::node {

inline constexpr std::string_view evicted_reason = "Evicted";
/// Seconds that containers of an evicted pod get to end.
inline constexpr std::int64_t eviction_grace_seconds = 1;

/// An emptyDir with a limit that the kernel does not enforce.
struct limited_volume {
  std::string name;
  std::string limit;       ///< as the pod has it: "10Mi"
  std::int64_t bytes_max = 0;
};
/// Those on disk; a tmpfs has its size from the kernel.
[[nodiscard]] std::vector<limited_volume> limited_volumes(const api::object& pod);

/// `Usage of EmptyDir volume "cache" exceeds the limit "10Mi". `, with the space that Kubernetes ends it with.
[[nodiscard]] std::string volume_eviction_text(std::string_view volume, std::string_view limit);

} // namespace troupe::policies::node
