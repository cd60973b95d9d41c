#pragma once
#include "policies/oci/config.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Control groups as text: where they are and what their files say.
namespace troupe::policies::oci {

enum class cgroup_version { v1, v2 };

/// "/kubepods-<instance>": above all groups of an instance.
[[nodiscard]] std::string cgroup_root(std::string_view instance);

/// The value of `key` in a file of "key value" lines (memory.stat, memory.oom_control, cpu.stat); 0 if it is not there.
[[nodiscard]] std::uint64_t stat_value(std::string_view content, std::string_view key) noexcept;

/// One write to a control file.
struct cgroup_write {
  std::string controller; ///< v1: the hierarchy; v2: empty
  std::string file, value;
};
/// The writes that put limits into effect. CPU shares become a weight under v2 by the formula of runc and Kubernetes.
[[nodiscard]] std::vector<cgroup_write> limit_writes(cgroup_version version, const resources& limits);

/// cpu.weight for shares of 2 to 262144.
[[nodiscard]] std::int64_t cpu_weight(std::int64_t shares) noexcept;

/// Memory that could not be reclaimed at once: usage without the inactive page cache.
[[nodiscard]] std::uint64_t working_set(std::uint64_t usage, std::uint64_t inactive_file) noexcept;

} // namespace troupe::policies::oci
