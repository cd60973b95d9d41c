#include "policies/node/termination.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

std::int64_t grace_seconds(const api::object& pod) {
  auto grace = api::int_at(pod.spec(), {"terminationGracePeriodSeconds"}, 30);
  if (pod.deleting()) grace = api::int_at(pod.metadata(), {"deletionGracePeriodSeconds"}, grace);
  return std::max<std::int64_t>(0, grace);
}

std::optional<api::time_point> deletion_deadline(const api::object& pod) {
  return api::parse_time(api::string_at(pod.metadata(), {"deletionTimestamp"}));
}

std::vector<std::vector<std::string>> stop_stages(const api::object& pod, const pod_record& record) {
  std::vector<std::vector<std::string>> out;
  std::vector<std::string> apps;
  std::vector<std::string> sidecars;
  for (auto& c : containers_of(pod)) {
    if (!record.of(c.name()).running()) continue;
    (c.kind == container_kind::sidecar ? sidecars : apps).emplace_back(c.name());
  }
  if (!apps.empty()) out.push_back(std::move(apps));
  for (auto s = sidecars.rbegin(); s != sidecars.rend(); ++s) out.push_back({*s});
  return out;
}

std::uint32_t stop_grace(std::int64_t grace, api::duration hook) noexcept {
  if (grace <= 0) return 0;
  auto left = grace - std::chrono::duration_cast<std::chrono::seconds>(hook).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, std::min<std::int64_t>(2, grace), UINT32_MAX));
}

std::string stopping_text(std::string_view container) { return fmt::format("Stopping container {}", container); }

} // namespace troupe::policies::node
