#include "tests/actors/scheduler/fixture.hpp"

namespace troupe::actors::scheduler {
namespace {

using namespace std::chrono_literals;

TEST_F(scheduler_test, pods_of_other_schedulers_and_finished_ones_are_left_alone) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  tell("pods", {{{}, pod("other", R"({"schedulerName":"mine"})")},
                {{}, pod("done", "{}", "u", R"({"phase":"Succeeded"})")},
                {{}, pod("gated", R"({"schedulingGates":[{"name":"g"}]})")}});
  EXPECT_EQ(log.calls.size(), 0u);
}

TEST_F(scheduler_test, pods_that_finish_give_their_room_back) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  tell("pods", {{{}, pod("job", wants("4", 0, "n1"))}, {{}, pod("web", wants("4"))}});
  EXPECT_EQ(bindings().size(), 0u);
  tell("pods", {{{}, pod("job", wants("4", 0, "n1"), "u", R"({"phase":"Succeeded"})")}});
  pass(1s);
  EXPECT_EQ(bindings(), (strings{"web->n1"}));
}

TEST_F(scheduler_test, a_heartbeat_wakes_no_pod_and_a_larger_node_does) {
  start_empty();
  tell("nodes", {{{}, node("n1", "1")}});
  tell("pods", {{{}, pod("web", wants("2"))}});
  pass(10s);
  tell("nodes", {{{}, node("n1", "1")}});
  EXPECT_EQ(messages("FailedScheduling").size(), 1u);
  tell("nodes", {{{}, node("n1", "2")}});
  EXPECT_EQ(bindings(), (strings{"web->n1"}));
}

TEST_F(scheduler_test, a_new_list_drops_what_is_no_longer_there) {
  start_empty();
  tell("nodes", {{{}, node("n1")}, {{}, node("n2")}});
  tell("pods", {{{}, pod("old", wants("4", 0, "n2"))}});
  tell("nodes", {{{}, node("n2")}}, true);
  tell("pods", {{{}, pod("web", wants("4"))}}, true);
  EXPECT_EQ(bindings(), (strings{"web->n2"}));
}

TEST_F(scheduler_test, a_pod_made_anew_under_its_name_is_placed_anew) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  tell("pods", {{{}, pod("web", "{}", "first")}});
  tell("pods", {{{}, pod("web", R"({"nodeName":"n1"})", "first")}});
  tell("pods", {{pod("web", R"({"nodeName":"n1"})", "first"), pod("web", "{}", "second")}});
  EXPECT_EQ(bindings(), (strings{"web->n1", "web->n1"}));
}

} // namespace
} // namespace troupe::actors::scheduler
