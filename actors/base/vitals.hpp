#pragma once
#include "policies/inspection/latency.hpp"
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::actors {

/// What the process knows of a living actor beside the counters of its probe.
struct actor_vitals {
  std::chrono::steady_clock::time_point begun{};
  policies::inspection::latency_counts latency{}; ///< of its handlers, and of what they wait for themselves
  std::string label;             ///< what its supervisor calls it: "mirror/pods"; empty for others
  std::uint64_t restarts = 0;    ///< so often its supervisor has made it again
  std::string last_error;        ///< why it ended before
};

/// Of all living actors of the process, by id. Actor systems that share a process, as in tests, share the ids.
[[nodiscard]] std::unordered_map<std::uint64_t, actor_vitals> vitals();

/// A supervisor has made a child, which had ended before with `last_error` if that is not empty.
void note_child(std::uint64_t supervisor, std::string_view label, std::uint64_t child, std::string_view last_error);

} // namespace troupe::actors
