#include "policies/scheduling/preemption.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

struct preemption_test : testing::Test {
  cluster all;
  std::mt19937_64 chance{7};
  algorithm how{default_plugins()};
  preemption_result run(const pod_info& p) {
    auto r = how.place(p, all, chance);
    EXPECT_FALSE(r);
    return preempt(how, p, all, r.error(), chance);
  }
  void occupy(std::string name, std::string node, std::string cpu, int priority) {
    all.put_pod(pod(name, requesting(cpu, "0", priority))->bound_to(node));
  }
};

TEST_F(preemption_test, as_few_pods_as_possible_go_and_the_least_important_first) {
  all.put_node(node_object({}));
  occupy("low", "n1", "2", 1);
  occupy("middle", "n1", "2", 5);
  auto r = run(*pod("p", requesting("2", "0", 10)));
  EXPECT_EQ(r.node, "n1");
  ASSERT_EQ(r.victims.size(), 1u);
  EXPECT_EQ(r.victims[0]->key.name, "low");
  EXPECT_EQ(r.message, "");
}

TEST_F(preemption_test, the_node_with_the_less_important_victims_is_taken) {
  all.put_node(node_object({.name = "a"}));
  all.put_node(node_object({.name = "b"}));
  occupy("x", "a", "4", 5);
  occupy("y", "b", "4", 4);
  EXPECT_EQ(run(*pod("p", requesting("2", "0", 10))).node, "b");
}

TEST_F(preemption_test, pods_of_the_same_priority_are_no_victims) {
  all.put_node(node_object({.name = "a"}));
  all.put_node(node_object({.name = "b", .spec = R"({"unschedulable":true})"}));
  occupy("x", "a", "4", 10);
  auto r = run(*pod("p", requesting("2", "0", 10)));
  EXPECT_EQ(r.node, "");
  EXPECT_EQ(r.message, "preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, "
                       "1 Preemption is not helpful for scheduling.");
}

TEST_F(preemption_test, evicting_all_may_still_be_too_little) {
  all.put_node(node_object({}));
  occupy("x", "n1", "3", 10);
  occupy("y", "n1", "1", 1);
  EXPECT_EQ(run(*pod("p", requesting("2", "0", 10))).message,
            "preemption: 0/1 nodes are available: 1 Insufficient cpu.");
}

TEST_F(preemption_test, a_pod_with_policy_never_evicts_nobody) {
  all.put_node(node_object({}));
  occupy("x", "n1", "4", 1);
  auto spec = from_json(requesting("2", "0", 10));
  spec.get_object()["preemptionPolicy"] = "Never";
  auto r = run(*pod("p", api::json::serialize(spec)));
  EXPECT_EQ(r.message, "preemption: not eligible due to preemptionPolicy=Never.");
}

TEST_F(preemption_test, a_pod_waits_for_victims_that_are_still_ending) {
  all.put_node(node_object({}));
  auto victim = std::make_shared<pod_info>(*pod("x", requesting("4"))->bound_to("n1"));
  victim->deleting = true;
  all.put_pod(victim);
  auto r = run(*pod("p", requesting("2", "0", 10), R"({"nominatedNodeName":"n1"})"));
  EXPECT_TRUE(r.waiting);
  EXPECT_EQ(r.message, "preemption: not eligible due to a terminating pod on the nominated node.");
}

} // namespace
} // namespace troupe::policies::scheduling
