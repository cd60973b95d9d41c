#include "policies/node/resources.hpp"
#include "policies/node/pod_record.hpp"
#include <algorithm>

namespace troupe::policies::node {

std::string_view qos_text(qos_class c) noexcept {
  switch (c) {
    case qos_class::guaranteed: return "Guaranteed";
    case qos_class::burstable: return "Burstable";
    case qos_class::best_effort: return "BestEffort";
  }
  return "";
}

api::quantity resource_of(const api::json::object& container, std::string_view list, std::string_view resource) {
  auto* value = api::find(container, {"resources", list, resource});
  if (!value) return {};
  if (auto* n = value->if_int64()) return api::quantity::from_units(*n);
  auto* text = value->if_string();
  auto parsed = text ? api::quantity::parse(*text) : std::nullopt;
  return parsed.value_or(api::quantity{});
}

qos_class qos_of(const api::object& pod) {
  api::quantity sum[2][2]; // [requests, limits][cpu, memory]
  bool every_limit = true;
  constexpr std::string_view lists[] = {"requests", "limits"}, resources[] = {"cpu", "memory"};
  for (auto& c : containers_of(pod)) {
    if (c.kind == container_kind::ephemeral) continue;
    for (int l = 0; l < 2; ++l)
      for (int r = 0; r < 2; ++r) {
        auto q = resource_of(*c.spec, lists[l], resources[r]);
        sum[l][r] += q;
        if (l == 1 && q.zero()) every_limit = false;
      }
  }
  auto none = [](const api::quantity& q) { return q.zero(); };
  if (none(sum[0][0]) && none(sum[0][1]) && none(sum[1][0]) && none(sum[1][1])) return qos_class::best_effort;
  bool equal = true;
  for (int r = 0; r < 2; ++r) equal = equal && (sum[0][r].zero() || sum[0][r] == sum[1][r]);
  return every_limit && equal ? qos_class::guaranteed : qos_class::burstable;
}

std::string cgroup_parent(const api::object& pod) {
  auto leaf = "pod" + std::string(pod.uid());
  switch (qos_of(pod)) {
    case qos_class::guaranteed: return leaf;
    case qos_class::burstable: return "burstable/" + leaf;
    case qos_class::best_effort: return "besteffort/" + leaf;
  }
  return leaf;
}

std::int64_t oom_score_adj(const api::object& pod, const api::json::object& container, std::int64_t node_memory_bytes) {
  constexpr std::int64_t node_critical = 2'000'001'000; // system-node-critical
  if (api::int_at(pod.spec(), {"priority"}) >= node_critical) return -997;
  switch (qos_of(pod)) {
    case qos_class::guaranteed: return -997;
    case qos_class::best_effort: return 1000;
    case qos_class::burstable: break;
  }
  auto request = resource_of(container, "requests", "memory").value();
  auto share = node_memory_bytes > 0 ? static_cast<std::int64_t>(1000.0 * static_cast<double>(request) /
                                                                 static_cast<double>(node_memory_bytes))
                                     : 0;
  return std::clamp<std::int64_t>(1000 - share, 3, 999);
}

std::int64_t cpu_shares(std::int64_t milli_cpu) noexcept {
  if (milli_cpu <= 0) return 2;
  return std::clamp<std::int64_t>(milli_cpu * 1024 / 1000, 2, 262144);
}

std::int64_t cpu_quota_us(std::int64_t milli_cpu, std::int64_t period_us) noexcept {
  if (milli_cpu <= 0) return 0;
  return std::max<std::int64_t>(1000, milli_cpu * period_us / 1000);
}

} // namespace troupe::policies::node
