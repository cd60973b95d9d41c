#include "policies/oci/cgroup.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::oci {

std::string cgroup_root(std::string_view instance) { return fmt::format("/kubepods-{}", instance); }

std::uint64_t stat_value(std::string_view content, std::string_view key) noexcept {
  while (!content.empty()) {
    auto end = content.find('\n');
    auto line = content.substr(0, end);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') continue;
    std::uint64_t out = 0;
    auto text = line.substr(key.size() + 1);
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
  }
  return 0;
}

std::int64_t cpu_weight(std::int64_t shares) noexcept {
  shares = std::clamp<std::int64_t>(shares, 2, 262144);
  return 1 + ((shares - 2) * 9999) / 262142;
}

std::vector<cgroup_write> limit_writes(cgroup_version version, const resources& limits) {
  std::vector<cgroup_write> out;
  auto period = limits.cpu_period_us > 0 ? limits.cpu_period_us : 100'000;
  if (version == cgroup_version::v1) {
    if (limits.cpu_shares > 0) out.push_back({"cpu", "cpu.shares", fmt::to_string(limits.cpu_shares)});
    if (limits.cpu_quota_us > 0) {
      out.push_back({"cpu", "cpu.cfs_period_us", fmt::to_string(period)});
      out.push_back({"cpu", "cpu.cfs_quota_us", fmt::to_string(limits.cpu_quota_us)});
    }
    if (limits.memory_limit_bytes > 0)
      out.push_back({"memory", "memory.limit_in_bytes", fmt::to_string(limits.memory_limit_bytes)});
    if (limits.pids_limit > 0) out.push_back({"pids", "pids.max", fmt::to_string(limits.pids_limit)});
    return out;
  }
  if (limits.cpu_shares > 0) out.push_back({"", "cpu.weight", fmt::to_string(cpu_weight(limits.cpu_shares))});
  if (limits.cpu_quota_us > 0) out.push_back({"", "cpu.max", fmt::format("{} {}", limits.cpu_quota_us, period)});
  if (limits.memory_limit_bytes > 0) out.push_back({"", "memory.max", fmt::to_string(limits.memory_limit_bytes)});
  if (limits.pids_limit > 0) out.push_back({"", "pids.max", fmt::to_string(limits.pids_limit)});
  return out;
}

std::uint64_t working_set(std::uint64_t usage, std::uint64_t inactive_file) noexcept {
  return usage > inactive_file ? usage - inactive_file : 0;
}

} // namespace troupe::policies::oci
