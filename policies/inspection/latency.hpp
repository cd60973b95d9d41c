#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// What people see of the actors of a cluster: pure functions over samples that inspectors take.
namespace troupe::policies::inspection {

/// Counts of durations in steps of half an octave: from below 256 ns to above 12 s. A step is wrong by a third at most.
inline constexpr std::size_t latency_steps = 52;
using latency_counts = std::array<std::uint32_t, latency_steps>;

/// The step that a duration falls into.
[[nodiscard]] constexpr std::size_t latency_step(std::uint64_t ns) noexcept {
  constexpr unsigned first_octave = 8;
  if (ns < (std::uint64_t{1} << first_octave)) return 0;
  auto octave = static_cast<unsigned>(std::bit_width(ns)) - 1;
  auto upper_half = static_cast<std::size_t>((ns >> (octave - 1)) & 1);
  auto step = 1 + 2 * static_cast<std::size_t>(octave - first_octave) + upper_half;
  return step < latency_steps ? step : latency_steps - 1;
}

/// Upper bound of a step in nanoseconds; of the last step its lower bound, for it has no upper one.
[[nodiscard]] std::uint64_t latency_bound(std::size_t step) noexcept;

/// The duration below which that share of all durations lies, as the bound of its step; 0 where nothing was counted.
/// `share` is in (0, 1].
[[nodiscard]] std::uint64_t percentile(const latency_counts& counts, double share) noexcept;

} // namespace troupe::policies::inspection
