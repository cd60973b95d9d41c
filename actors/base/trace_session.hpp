#pragma once
#include "actors/base/trace.hpp"
#include <array>
#include <deque>
#include <mutex>

namespace troupe::actors {

/// So many per second, with a store of half a second's worth.
struct token_bucket {
  double rate = 0, tokens = 0;
  std::chrono::steady_clock::time_point filled{};

  void start(double per_second, std::chrono::steady_clock::time_point now);
  [[nodiscard]] bool take(std::chrono::steady_clock::time_point now);
};

/// One trace; `mutex` guards the rest.
struct trace_session {
  std::mutex mutex;
  const caf::actor_system* system = nullptr; ///< null: free
  std::uint64_t generation = 0;              ///< goes up with each trace that takes its place
  trace_filter filter;
  token_bucket looks, finds;
  std::deque<traced_message> ring;
  std::uint64_t dropped = 0, unseen = 0;
};

[[nodiscard]] std::array<trace_session, traces_max>& trace_sessions();
inline constexpr std::uint32_t pause_attention = 1U << traces_max;
inline constexpr std::uint32_t trace_attention = pause_attention - 1;

} // namespace troupe::actors
