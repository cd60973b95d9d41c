#pragma once
#include "actors/base/vitals.hpp"
#include <array>
#include <atomic>
#include <memory>

namespace troupe::actors {

/// Written by the thread that runs the actor, read from anywhere.
struct vital_record {
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::array<std::atomic<std::uint32_t>, policies::inspection::latency_steps> latency{};
  std::size_t owners = 1; ///< actors of this id: more than one where systems share a process

  void count(std::chrono::steady_clock::duration d) noexcept;
};
using vital_record_ptr = std::shared_ptr<vital_record>;

// For the probe table alone.
void add_vitals(std::uint64_t actor);
void remove_vitals(std::uint64_t actor);
/// Null for an actor that has ended.
[[nodiscard]] vital_record_ptr find_vitals(std::uint64_t actor);

} // namespace troupe::actors
