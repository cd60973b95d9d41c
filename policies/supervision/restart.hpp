#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace troupe::policies::supervision {

using instant = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

/// When a child is started again.
enum class restart_rule : std::uint8_t {
  always,     ///< whatever the reason of its end: the component must be there
  on_failure, ///< a normal end is what it was started for
  never,      ///< its parent makes a new one when there is new work
};

/// How a child ended.
enum class exit_kind : std::uint8_t {
  normal,   ///< it finished
  shutdown, ///< somebody asked it to
  failure,  ///< an error or an exception
};

struct restart_config {
  restart_rule rule = restart_rule::on_failure;
  duration delay_min = std::chrono::milliseconds(100);
  duration delay_max = std::chrono::seconds(30);
  /// A child that ran this long is healthy: its next failure counts as the first.
  duration healthy_after = std::chrono::minutes(1);
  /// Failures without a healthy period between them before the supervisor stops trying; 0 means no limit.
  int failures_max = 0;
  /// After `failures_max`: the supervisor itself fails, so that its parent decides; otherwise the child stays away.
  bool escalates = true;
};

/// What a supervisor keeps for each child. `failures` counts those since the last healthy period.
struct restart_history {
  instant started{};
  int failures = 0;
  std::int64_t restarts = 0; ///< over the whole life, for metrics
};

enum class restart_verdict : std::uint8_t { restart, leave, give_up, escalate };

struct restart_decision {
  restart_verdict verdict;
  duration delay{};       ///< before the restart; zero for the other verdicts
  restart_history history; ///< to keep
  std::string reason;     ///< one sentence for the log
};

/// Decides about a child that ended at `now`. The first failure restarts at once after `delay_min`, each further one
/// without a healthy period doubles the delay up to `delay_max`.
[[nodiscard]] restart_decision decide(const restart_config& config, const restart_history& history, exit_kind kind,
                                      instant now);

/// The history of a child that is started now.
[[nodiscard]] restart_history started(restart_history history, instant now) noexcept;

} // namespace troupe::policies::supervision
