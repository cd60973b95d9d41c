#include "actors/base/vitals.hpp"
#include "actors/base/atoms.hpp"
#include "actors/base/spawn.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>
#include <numeric>

namespace troupe::actors {
namespace {

struct counter_state { static inline const char* name = "counter"; };
caf::behavior counter(stateful<counter_state>*) {
  return {[](int) {}, [](stop_atom) { throw std::runtime_error("kaputt"); }};
}

struct vitals_test : testing::Test {
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  caf::actor one = sys.spawn(counter);
  void run() { while (sched.try_run_once()) {} }
  ~vitals_test() override {
    caf::anon_send_exit(one, caf::exit_reason::kill);
    run();
  }
  [[nodiscard]] std::uint64_t counted() const {
    auto all = vitals();
    auto& latency = all.at(one.id()).latency;
    return std::accumulate(latency.begin(), latency.end(), std::uint64_t{0});
  }
};

TEST_F(vitals_test, each_handled_message_is_one_duration) {
  run();
  auto before = counted();
  for (int i = 0; i < 5; ++i) caf::anon_send(one, i);
  run();
  EXPECT_EQ(counted() - before, 5U);
}

TEST_F(vitals_test, an_actor_has_them_from_its_start_to_its_end) {
  EXPECT_TRUE(vitals().contains(one.id()));
  EXPECT_LE(vitals().at(one.id()).begun, std::chrono::steady_clock::now());
  caf::anon_send(one, stop_atom::value);
  run();
  EXPECT_FALSE(vitals().contains(one.id()));
}

TEST_F(vitals_test, a_supervisor_tells_what_it_calls_a_child_and_how_often_it_made_it) {
  constexpr std::uint64_t supervisor = 1'000'000'007;
  note_child(supervisor, "mirror/pods", one.id(), "");
  EXPECT_EQ(vitals().at(one.id()).label, "mirror/pods");
  EXPECT_EQ(vitals().at(one.id()).restarts, 0U);
  auto next = sys.spawn(counter);
  note_child(supervisor, "mirror/pods", next.id(), "disk");
  EXPECT_EQ(vitals().at(next.id()).restarts, 1U);
  EXPECT_EQ(vitals().at(next.id()).last_error, "disk");
  caf::anon_send_exit(next, caf::exit_reason::kill);
  run();
  note_child(supervisor, "mirror/pods", next.id(), "late news of one that has ended");
  EXPECT_FALSE(vitals().contains(next.id()));
}

} // namespace
} // namespace troupe::actors
