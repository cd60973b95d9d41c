#include "tests/actors/scheduler/fixture.hpp"

namespace troupe::actors::scheduler {
namespace {

using namespace std::chrono_literals;

std::string_view message_of(const apiserver::call& c, api::json::value& body) {
  body = c.object ? api::json::value(c.object->body()) : api::json::parse(c.body);
  auto* list = api::array_at(body, {"status", "conditions"});
  return list && !list->empty() ? api::string_at((*list)[0], {"message"}) : "";
}

TEST_F(scheduler_test, a_pod_that_fits_nowhere_gets_an_event_and_a_condition_once) {
  start_empty();
  tell("nodes", {{{}, node("n1", "1")},
                 {{}, node("n2", "4", R"({"taints":[{"key":"key","value":"value","effect":"NoSchedule"}]})")}});
  tell("pods", {{{}, pod("x", wants("1", 0, "n1"))}, {{}, pod("web", wants("1"))}});
  std::string text = "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {key: value}. "
                     "preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, "
                     "1 Preemption is not helpful for scheduling.";
  EXPECT_EQ(messages("FailedScheduling"), (strings{text}));
  EXPECT_TRUE(said[0].warning);
  ASSERT_EQ(log.calls.size(), 1u);
  EXPECT_EQ(log.calls[0].subresource, "status");
  api::json::value body;
  EXPECT_EQ(message_of(log.calls[0], body), text);
}

TEST_F(scheduler_test, a_cluster_without_nodes_is_told_and_the_first_node_is_used) {
  start_empty();
  tell("pods", {{{}, pod("web")}});
  EXPECT_EQ(messages("FailedScheduling"), (strings{"no nodes available to schedule pods"}));
  pass(1s);
  tell("nodes", {{{}, node("n1")}});
  EXPECT_EQ(bindings(), (strings{"web->n1"}));
}

TEST_F(scheduler_test, a_pod_of_higher_priority_evicts_and_takes_the_room) {
  start_empty();
  tell("nodes", {{{}, node("n1")}});
  tell("pods", {{{}, pod("low", wants("4", 1, "n1"), "low-uid")}, {{}, pod("high", wants("4", 9), "high-uid")}});
  EXPECT_EQ(messages("Preempted"), (strings{"Preempted by pod high-uid on node n1"}));
  EXPECT_EQ(messages("FailedScheduling"), (strings{"0/1 nodes are available: 1 Insufficient cpu."}));
  ASSERT_EQ(log.calls.size(), 3u);
  EXPECT_EQ(log.calls[0].name + " " + log.calls[0].subresource, "low status");
  EXPECT_EQ(log.calls[1].what, apiserver::verb::remove);
  EXPECT_EQ(log.calls[1].name, "low");
  api::json::value body;
  message_of(log.calls[2], body);
  EXPECT_EQ(api::string_at(body, {"status", "nominatedNodeName"}), "n1");
  tell("pods", {{{}, pod("between", wants("4", 5), "b")}});
  tell("pods", {{pod("low", wants("4", 1, "n1"), "low-uid"), {}}});
  pass(1s);
  EXPECT_EQ(bindings(), (strings{"high->n1"}));
}

} // namespace
} // namespace troupe::actors::scheduler
