#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::policies::scheduling {

/// Amounts of all resources that the scheduler counts: requests of a pod, or what a node offers.
struct resource_amounts {
  std::int64_t milli_cpu = 0;
  std::int64_t memory = 0;                                   ///< bytes
  std::int64_t ephemeral_storage = 0;                        ///< bytes
  std::int64_t pods = 0;                                     ///< only of nodes
  std::vector<std::pair<std::string, std::int64_t>> scalars; ///< extended resources and huge pages, sorted by name

  /// From a resource list (`{"cpu": "100m", …}`); null gives nothing. Quantities that do not parse count as zero.
  [[nodiscard]] static resource_amounts from_list(const api::json::object* list);

  [[nodiscard]] std::int64_t scalar(std::string_view name) const noexcept;
  void set_scalar(std::string_view name, std::int64_t amount);
  void add(const resource_amounts& o);
  void subtract(const resource_amounts& o);
  /// Each amount becomes the larger one of the two.
  void raise_to(const resource_amounts& o);
  bool operator==(const resource_amounts&) const = default;
};

/// What scoring assumes for a container that requests no cpu or no memory, so that pods without requests spread too
/// (kube-scheduler `DefaultMilliCPURequest`, `DefaultMemoryRequest`).
inline constexpr std::int64_t default_milli_cpu = 100;
inline constexpr std::int64_t default_memory = 200LL * 1024 * 1024;

enum class missing_requests : std::uint8_t { count_as_zero, count_as_default };

/// What a pod needs of its node: the larger one of what its app containers and sidecars need together and what any of
/// its init containers needs beside the sidecars started before it, plus the overhead (`resource.PodRequests`).
[[nodiscard]] resource_amounts pod_requests(const api::json::object& spec, missing_requests missing);

} // namespace troupe::policies::scheduling
