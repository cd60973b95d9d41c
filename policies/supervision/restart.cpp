#include "policies/supervision/restart.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::supervision {

namespace {

bool wanted(restart_rule rule, exit_kind kind) {
  // A child that was asked to stop must stay away, whatever its rule: somebody takes the tree down.
  if (kind == exit_kind::shutdown || rule == restart_rule::never) return false;
  return rule == restart_rule::always || kind == exit_kind::failure;
}

duration delay_after(const restart_config& config, int failures) {
  auto delay = config.delay_min;
  for (int i = 1; i < failures && delay < config.delay_max; ++i) delay *= 2;
  return std::min(delay, config.delay_max);
}

} // namespace

restart_decision decide(const restart_config& config, const restart_history& history, exit_kind kind, instant now) {
  restart_decision out{restart_verdict::leave, duration::zero(), history, "ended and is not started again"};
  if (!wanted(config.rule, kind)) return out;
  if (now - history.started >= config.healthy_after) out.history.failures = 0;
  ++out.history.failures;
  if (config.failures_max > 0 && out.history.failures > config.failures_max) {
    out.verdict = config.escalates ? restart_verdict::escalate : restart_verdict::give_up;
    out.reason = fmt::format("failed {} times without running healthy for {} s", out.history.failures,
                             std::chrono::duration_cast<std::chrono::seconds>(config.healthy_after).count());
    return out;
  }
  out.verdict = restart_verdict::restart;
  out.delay = delay_after(config, out.history.failures);
  out.reason = fmt::format("failure {}, starts again in {} ms", out.history.failures,
                           std::chrono::duration_cast<std::chrono::milliseconds>(out.delay).count());
  return out;
}

restart_history started(restart_history history, instant now) noexcept {
  if (history.started != instant{}) ++history.restarts;
  history.started = now;
  return history;
}

} // namespace troupe::policies::supervision
