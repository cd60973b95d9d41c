#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::api {

/// Wall-clock time in UTC. Always an argument: nothing in policies reads a clock.
using time_point = std::chrono::sys_time<std::chrono::microseconds>;
using duration = std::chrono::microseconds;

/// RFC 3339 with seconds, as meta/v1 Time: "2026-11-22T16:02:28Z".
[[nodiscard]] std::string format_time(time_point t);
/// RFC 3339 with six fractional digits, as meta/v1 MicroTime.
[[nodiscard]] std::string format_micro_time(time_point t);
/// Any RFC 3339 text; empty if it is none. Digits below a microsecond are dropped.
[[nodiscard]] std::optional<time_point> parse_time(std::string_view text) noexcept;
/// kubectl's short age, two units at most: "5s", "3m20s", "2d4h" (apimachinery `duration.HumanDuration`).
[[nodiscard]] std::string human_duration(duration d);

} // namespace troupe::api
