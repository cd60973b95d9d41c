#include "tests/actors/scheduler/fixture.hpp"

namespace troupe::actors::scheduler {
namespace {

using namespace std::chrono_literals;

TEST_F(scheduler_test, a_pod_is_bound_and_the_event_tells_where) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  tell("pods", {{{}, pod("web")}});
  ASSERT_EQ(bindings(), (strings{"web->n1"}));
  EXPECT_EQ(log.calls[0].who.name, "system:kube-scheduler");
  EXPECT_EQ(log.calls[0].ns, "default");
  EXPECT_EQ(messages("Scheduled"), (strings{"Successfully assigned default/web to n1"}));
  EXPECT_EQ(said[0].component, "default-scheduler");
  EXPECT_FALSE(said[0].warning);
}

TEST_F(scheduler_test, an_assumed_pod_takes_its_room_before_the_mirror_shows_it) {
  start_empty();
  tell("nodes", {{{}, node("n1", "4")}});
  tell("pods", {{{}, pod("a", wants("3"))}, {{}, pod("b", wants("3"))}});
  EXPECT_EQ(bindings(), (strings{"a->n1"}));
  tell("pods", {{pod("a", wants("3")), pod("a", wants("3"))}}); // A version from before the binding.
  EXPECT_EQ(bindings().size(), 1u);
}

TEST_F(scheduler_test, a_refused_binding_gives_the_room_back_and_is_tried_again_after_a_second) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  log.codes = {409};
  tell("pods", {{{}, pod("web", wants("3"))}});
  EXPECT_EQ(messages("FailedScheduling"),
            (strings{"binding rejected: running Bind plugin \"DefaultBinder\": refused"}));
  EXPECT_EQ(log.calls.back().subresource, "status");
  pass(999ms);
  EXPECT_EQ(bindings().size(), 1u);
  pass(1ms);
  EXPECT_EQ(bindings(), (strings{"web->n1", "web->n1"}));
}

TEST_F(scheduler_test, a_binding_without_an_answer_is_given_up_unless_the_mirror_shows_it) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  log.silent = true;
  tell("pods", {{{}, pod("a")}, {{}, pod("b")}});
  tell("pods", {{pod("a"), pod("a", R"({"nodeName":"n1"})")}});
  log.silent = false;
  pass(5s);
  pass(1s);
  EXPECT_EQ(bindings(), (strings{"a->n1", "b->n1", "b->n1"}));
}

TEST_F(scheduler_test, a_pod_deleted_while_it_is_bound_leaves_nothing_behind) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  log.silent = true;
  tell("pods", {{{}, pod("web", wants("4"))}});
  tell("pods", {{pod("web", wants("4")), {}}});
  log.silent = false;
  tell("pods", {{{}, pod("next", wants("4"))}});
  pass(5s);
  pass(20s);
  EXPECT_EQ(bindings(), (strings{"web->n1", "next->n1"}));
}

} // namespace
} // namespace troupe::actors::scheduler
