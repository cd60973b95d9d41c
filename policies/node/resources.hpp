#pragma once
#include "policies/api/object.hpp"
#include "policies/api/quantity.hpp"
#include <cstdint>
#include <string>
#include <string_view>

/// From resource requests and limits to kernel numbers (kubelet `cm` and `qos` packages).
namespace troupe::policies::node {

enum class qos_class : std::uint8_t { guaranteed, burstable, best_effort };
/// "Guaranteed", "Burstable", "BestEffort".
[[nodiscard]] std::string_view qos_text(qos_class c) noexcept;
/// By the cpu and memory of init and app containers (core/v1 `qos.ComputePodQOS`).
[[nodiscard]] qos_class qos_of(const api::object& pod);

/// Below the runtime's cgroup root: "pod<uid>" of a guaranteed pod, else "burstable/pod<uid>", "besteffort/pod<uid>".
[[nodiscard]] std::string cgroup_parent(const api::object& pod);

/// oom_score_adj of a container: -997 guaranteed, 1000 best effort, between 2 and 999 by its share of the node's
/// memory; -997 for a node-critical priority.
[[nodiscard]] std::int64_t oom_score_adj(const api::object& pod, const api::json::object& container,
                                         std::int64_t node_memory_bytes);

/// The quantity of "cpu" or "memory" in "requests" or "limits" of a container; zero where it is unset.
[[nodiscard]] api::quantity resource_of(const api::json::object& container, std::string_view list,
                                        std::string_view resource);

/// cpu.shares: 1024 per core, 2 to 262144; the limit stands in for a missing request.
[[nodiscard]] std::int64_t cpu_shares(std::int64_t milli_cpu) noexcept;
/// CFS quota in microseconds per `period_us`, at least 1000; 0 for no limit.
[[nodiscard]] std::int64_t cpu_quota_us(std::int64_t milli_cpu, std::int64_t period_us = 100'000) noexcept;

} // namespace troupe::policies::node
