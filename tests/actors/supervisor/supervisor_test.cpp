#include "actors/base/error.hpp"
#include "actors/supervisor/supervisor.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

namespace troupe::actors::supervisor {
namespace {

using namespace std::chrono_literals;

struct worker_state { static inline const char* name = "worker"; };
caf::behavior worker(stateful<worker_state>*) {
  return {[](run_atom) { throw std::runtime_error("broken"); }};
}

struct deaf_state { static inline const char* name = "deaf"; };

struct supervisor_test : testing::Test {
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  std::vector<caf::actor> made;
  std::vector<std::string> ended;
  caf::actor top;

  void run() { while (sched.try_run_once()) {} }
  child_spec spec(std::string name) {
    return {.name = name, .make = [this, name](caf::event_based_actor* parent) {
              auto a = caf::actor(parent->spawn(worker));
              a->attach_functor([this, name](const caf::error&) { ended.push_back(name); });
              made.push_back(a);
              return a;
            }};
  }
  void start(std::vector<child_spec> children, restart_scope scope = restart_scope::one) {
    top = sys.spawn(supervisor, supervisor_config{.name = "test", .children = std::move(children), .scope = scope});
    run();
  }
  void stop() {
    caf::anon_send(top, stop_atom::value);
    run();
    sched.advance_time(10s);
    run();
  }
  void break_down(std::size_t which) {
    caf::anon_send(made[which], run_atom::value);
    run();
  }
  void pass(caf::timespan time) {
    sched.advance_time(std::chrono::duration_cast<std::chrono::nanoseconds>(time));
    run();
  }
};

TEST_F(supervisor_test, a_failed_child_is_made_again_after_its_delay) {
  start({spec("a"), spec("b")});
  ASSERT_EQ(made.size(), 2u);
  caf::anon_send(made[0], run_atom::value);
  run();
  EXPECT_EQ(made.size(), 2u) << "not at once";
  sched.advance_time(150ms);
  run();
  EXPECT_EQ(made.size(), 3u);
  caf::anon_send(made[2], run_atom::value);
  run();
  sched.advance_time(150ms);
  run();
  EXPECT_EQ(made.size(), 3u) << "the second failure waits longer";
  sched.advance_time(100ms);
  run();
  EXPECT_EQ(made.size(), 4u);
  caf::anon_send(top, stop_atom::value);
  run();
  sched.advance_time(10s);
  run();
}

TEST_F(supervisor_test, children_end_in_reverse_order_at_shutdown) {
  start({spec("a"), spec("b"), spec("c")});
  caf::anon_send(top, stop_atom::value);
  run();
  EXPECT_EQ(ended, (std::vector<std::string>{"c", "b", "a"}));
  caf::scoped_actor self{sys};
  self->monitor(top);
  self->receive([](caf::down_msg& down) { EXPECT_TRUE(!down.reason || down.reason == caf::exit_reason::unknown); });
  sched.advance_time(10s);
  run();
}

TEST_F(supervisor_test, those_that_hold_the_handle_of_a_failed_child_are_made_again_behind_it) {
  start({spec("a"), spec("b"), spec("c"), spec("d")}, restart_scope::rest);
  break_down(1);
  EXPECT_EQ(ended, (std::vector<std::string>{"b", "d", "c"})) << "the last one first";
  EXPECT_EQ(made.size(), 4u) << "not at once";
  pass(150ms);
  EXPECT_EQ(made.size(), 7u);
  ended.clear();
  stop();
  EXPECT_EQ(ended, (std::vector<std::string>{"d", "c", "b", "a"})) << "they were made in their order";
}

TEST_F(supervisor_test, the_last_one_fails_alone) {
  start({spec("a"), spec("b")}, restart_scope::rest);
  break_down(1);
  pass(150ms);
  EXPECT_EQ(ended, std::vector<std::string>{"b"});
  EXPECT_EQ(made.size(), 3u);
  stop();
}

TEST_F(supervisor_test, being_ended_for_another_is_no_failure) {
  start({spec("a"), spec("b")}, restart_scope::rest);
  for (std::size_t n = 0; n < 3; ++n) {
    break_down(made.size() - 2);
    pass(1s);
  }
  ASSERT_EQ(made.size(), 8u);
  break_down(made.size() - 1);
  pass(150ms);
  EXPECT_EQ(made.size(), 9u) << "its first failure, with the shortest delay";
  stop();
}

TEST_F(supervisor_test, what_somebody_wants_made_anew_is_made_at_once_with_those_behind_it_and_has_not_failed) {
  auto a = spec("a"), b = spec("b");
  a.restart.failures_max = 1;
  start({a, b}, restart_scope::rest);
  caf::scoped_actor self{sys};
  for (std::size_t n = 2; n < 8; n += 2) {
    self->send(top, restart_atom::value, std::uint64_t{made[n - 2].id()}, std::string("a whim"));
    run();
    self->receive([](bool there) { EXPECT_TRUE(there); });
    EXPECT_EQ(made.size(), n + 2);
  }
  EXPECT_EQ(ended, (std::vector<std::string>{"b", "a", "b", "a", "b", "a"}));
  self->send(top, restart_atom::value, std::uint64_t{made[0].id()}, std::string("it is gone"));
  run();
  self->receive([](bool there) { EXPECT_FALSE(there); });
  stop();
}

TEST_F(supervisor_test, who_gives_a_child_up_leaves_nobody_behind) {
  auto a = spec("a");
  a.restart.failures_max = 1;
  start({a, spec("b"), spec("c")});
  caf::error why;
  top->attach_functor([&](const caf::error& e) { why = e; });
  break_down(0);
  pass(1s);
  ASSERT_EQ(made.size(), 4u);
  break_down(3);
  EXPECT_EQ(ended, (std::vector<std::string>{"a", "a", "c", "b"}));
  EXPECT_EQ(code_of(why), errc::unavailable);
}

TEST_F(supervisor_test, a_child_that_waits_for_its_own_restart_is_not_made_before_one_that_it_needs) {
  start({spec("a"), spec("b")}, restart_scope::rest);
  break_down(1);
  pass(50ms);
  break_down(0);
  pass(60ms);
  EXPECT_EQ(made.size(), 2u) << "the time of b has come, but a is away";
  pass(60ms);
  EXPECT_EQ(made.size(), 4u);
  ended.clear();
  stop();
  EXPECT_EQ(ended, (std::vector<std::string>{"b", "a"}));
}

TEST_F(supervisor_test, a_child_that_does_not_make_room_is_killed) {
  auto deaf = [this](caf::event_based_actor* parent) {
    auto a = caf::actor(parent->spawn([](stateful<deaf_state>* self) -> caf::behavior {
      self->set_exit_handler([](caf::exit_msg&) {});
      return {[](run_atom) {}};
    }));
    made.push_back(a);
    return a;
  };
  start({spec("a"), {.name = "deaf", .make = deaf}}, restart_scope::rest);
  break_down(0);
  pass(1s);
  EXPECT_EQ(made.size(), 2u);
  pass(5s);
  EXPECT_EQ(made.size(), 4u);
  caf::anon_send_exit(made[3], caf::exit_reason::kill);
  stop();
}

} // namespace
} // namespace troupe::actors::supervisor
