#pragma once
#include <chrono>

namespace troupe::policies::queueing {

/// Monotonic time as actors' clocks have it. Always an argument: nothing here reads a clock.
using instant = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

} // namespace troupe::policies::queueing
