#include "tests/actors/scheduler/fixture.hpp"

namespace troupe::actors::scheduler {
namespace {

using namespace std::chrono_literals;

TEST_F(scheduler_test, nothing_is_placed_before_pods_and_nodes_are_known) {
  start();
  tell("pods", {{{}, pod("web")}}, true);
  EXPECT_EQ(log.calls.size(), 0u);
  tell("nodes", {{{}, node("n1")}}, true);
  EXPECT_EQ(bindings(), (strings{"web->n1"}));
}

TEST_F(scheduler_test, nothing_waits_means_no_timer) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  tell("pods", {{{}, pod("web")}});
  auto before = sched.clock().schedule().size();
  pass(10min); // Drops the time-outs of the requests.
  EXPECT_EQ(sched.clock().schedule().size(), 0u) << before;
}

TEST_F(scheduler_test, more_writes_than_the_window_allows_are_never_in_flight) {
  scheduler_config config;
  config.writes_max = 8;
  log.silent = true;
  start_empty(config);
  tell("nodes", {{{}, node("n1", "64")}});
  std::vector<mirror::change> many;
  for (int i = 0; i < 50; ++i)
    many.push_back({{}, pod("p" + std::to_string(i))});
  tell("pods", many);
  EXPECT_EQ(log.calls.size(), 8u);
}

TEST_F(scheduler_test, all_pods_of_a_burst_are_placed_one_after_another) {
  start_empty();
  for (int i = 0; i < 10; ++i)
    tell("nodes", {{{}, node("n" + std::to_string(i))}});
  std::vector<mirror::change> many;
  for (int i = 0; i < 200; ++i)
    many.push_back({{}, pod("p" + std::to_string(i), wants("200m"))});
  tell("pods", many);
  EXPECT_EQ(bindings().size(), 200u); // Twenty on each: exactly what fits.
  tell("pods", {{{}, pod("more", wants("200m"))}});
  EXPECT_EQ(bindings().size(), 200u);
}

struct fake_mirror_state {
  static inline const char* name = "fake_mirror";
};

TEST_F(scheduler_test, both_mirrors_are_subscribed_to_and_again_when_they_come_back) {
  start();
  int subscriptions = 0;
  auto fake = [&](stateful<fake_mirror_state, mirror::mirror_actor::base>*) -> mirror::mirror_actor::behavior_type {
    return {[&](watch_atom, const caf::actor&, const std::string& node) { subscriptions += node.empty(); },
            [](event_atom, const shared<watch_cache::event_batch>&) {}, [](retry_atom, std::uint64_t) {},
            [](peer_atom, const std::string&, const caf::strong_actor_ptr&) {}};
  };
  std::vector<caf::actor> mirrors;
  for (auto* role : {"mirror/pods", "mirror/nodes", "mirror/pods"}) {
    mirrors.push_back(caf::actor_cast<caf::actor>(sys.spawn(fake)));
    offer(role, caf::actor_cast<caf::strong_actor_ptr>(mirrors.back()));
  }
  EXPECT_EQ(subscriptions, 3);
  for (auto& m : mirrors)
    caf::anon_send_exit(m, caf::exit_reason::kill);
  run();
}

} // namespace
} // namespace troupe::actors::scheduler
