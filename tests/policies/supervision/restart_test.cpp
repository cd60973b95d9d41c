#include "policies/supervision/restart.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::supervision {

namespace {

using namespace std::chrono_literals;

constexpr instant zero{};

TEST(restart, depends_on_the_rule_and_the_way_of_the_end) {
  struct { std::string name; restart_rule rule; exit_kind kind; restart_verdict verdict; } cases[] = {
    {"a failure is repaired", restart_rule::on_failure, exit_kind::failure, restart_verdict::restart},
    {"a finished job stays finished", restart_rule::on_failure, exit_kind::normal, restart_verdict::leave},
    {"a component comes back from a normal end", restart_rule::always, exit_kind::normal, restart_verdict::restart},
    {"a component comes back from a failure", restart_rule::always, exit_kind::failure, restart_verdict::restart},
    {"a shutdown is final", restart_rule::always, exit_kind::shutdown, restart_verdict::leave},
    {"never is never", restart_rule::never, exit_kind::failure, restart_verdict::leave},
  };
  for (auto& c : cases) EXPECT_EQ(decide({.rule = c.rule}, {}, c.kind, zero).verdict, c.verdict) << c.name;
}

TEST(restart, delays_double_up_to_the_longest) {
  restart_config config{.delay_min = 1s, .delay_max = 5s, .healthy_after = 1min};
  restart_history history = started({}, zero + 1h);
  auto now = zero + 1h;
  for (auto expected : {1s, 2s, 4s, 5s, 5s}) {
    auto decision = decide(config, history, exit_kind::failure, now);
    EXPECT_EQ(decision.delay, expected);
    now += decision.delay;
    history = started(decision.history, now);
  }
  EXPECT_EQ(history.restarts, 5);
}

TEST(restart, a_healthy_period_forgets) {
  restart_config config{.delay_min = 1s, .delay_max = 1min, .healthy_after = 10s};
  restart_history history{.started = zero + 1h, .failures = 7};
  EXPECT_EQ(decide(config, history, exit_kind::failure, zero + 1h + 9s).history.failures, 8);
  auto decision = decide(config, history, exit_kind::failure, zero + 1h + 10s);
  EXPECT_EQ(decision.history.failures, 1);
  EXPECT_EQ(decision.delay, 1s);
}

TEST(restart, too_many_failures_end_the_trying) {
  restart_config config{.healthy_after = 10s, .failures_max = 2};
  restart_history history{.started = zero + 1h, .failures = 1};
  EXPECT_EQ(decide(config, history, exit_kind::failure, zero + 1h).verdict, restart_verdict::restart);
  history.failures = 2;
  auto decision = decide(config, history, exit_kind::failure, zero + 1h);
  EXPECT_EQ(decision.verdict, restart_verdict::escalate);
  EXPECT_EQ(decision.reason, "failed 3 times without running healthy for 10 s");
  config.escalates = false;
  EXPECT_EQ(decide(config, history, exit_kind::failure, zero + 1h).verdict, restart_verdict::give_up);
}

} // namespace

} // namespace troupe::policies::supervision
