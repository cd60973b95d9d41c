#include "policies/scheduling/algorithm.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

struct algorithm_test : testing::Test {
  cluster all;
  std::mt19937_64 chance{7};
  algorithm how{default_plugins()};
  std::string place(const pod_info& p) {
    auto r = how.place(p, all, chance);
    return r ? r->node : r.error().text();
  }
};

TEST_F(algorithm_test, a_cluster_without_nodes_says_so) {
  EXPECT_EQ(place(*pod("p")), "no nodes available to schedule pods");
}

TEST_F(algorithm_test, the_emptier_node_wins) {
  all.put_node(node_object({.name = "a"}));
  all.put_node(node_object({.name = "b"}));
  all.put_pod(pod("x", requesting("2", "4Gi"))->bound_to("a"));
  EXPECT_EQ(place(*pod("p", requesting("1", "1Gi"))), "b");
}

TEST_F(algorithm_test, the_first_plugin_that_says_no_gives_the_reason_of_a_node) {
  all.put_node(node_object({.name = "a"}));
  for (auto name : {"b", "c"})
    all.put_node(
        node_object({.name = name, .spec = R"({"taints":[{"key":"key","value":"value","effect":"NoSchedule"}]})"}));
  EXPECT_EQ(place(*pod("p", requesting("5"))),
            "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {key: value}.");
}

TEST_F(algorithm_test, a_pod_for_one_named_node_looks_at_no_other) {
  for (int i = 0; i < 5; ++i)
    all.put_node(node_object({.name = "n" + std::to_string(i)}));
  auto on = [](std::string n) {
    return R"({"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{)"
           R"("nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":[")" +
           n + R"("]}]}]}}}})";
  };
  auto r = how.place(*pod("p", on("n3")), all, chance);
  ASSERT_TRUE(r);
  EXPECT_EQ(r->node, "n3");
  EXPECT_EQ(r->evaluated, 1u);
  EXPECT_EQ(place(*pod("p", on("nine"))),
            "0/5 nodes are available: 5 node(s) didn't satisfy plugin(s) [NodeAffinity].");
}

TEST_F(algorithm_test, equal_nodes_are_chosen_by_the_generator_and_a_seed_repeats_the_choice) {
  for (int i = 0; i < 10; ++i)
    all.put_node(node_object({.name = "n" + std::to_string(i)}));
  auto run = [&](unsigned seed) {
    chance.seed(seed);
    std::string out;
    for (int i = 0; i < 20; ++i)
      out += place(*pod("p", requesting("1"))) + " ";
    return out;
  };
  auto first = run(1);
  EXPECT_EQ(first, run(1));
  EXPECT_NE(first, run(2));
}

TEST_F(algorithm_test, large_clusters_are_searched_in_part_and_in_turn) {
  for (int i = 0; i < 400; ++i)
    all.put_node(node_object({.name = "n" + std::to_string(i)}));
  auto r = how.place(*pod("p", requesting("1")), all, chance);
  ASSERT_TRUE(r);
  EXPECT_EQ(r->feasible, 400u * 47 / 100);
  std::set<std::string> used;
  for (int i = 0; i < 40; ++i) {
    auto node = place(*pod("p", requesting("1")));
    all.put_pod(pod("p" + std::to_string(i), requesting("1"))->bound_to(node));
    used.insert(node);
  }
  EXPECT_EQ(used.size(), 40u); // Always an empty one.
}

TEST_F(algorithm_test, room_made_for_a_pod_is_not_given_to_pods_of_lower_priority) {
  all.put_node(node_object({.name = "a"}));
  all.nominate(pod("vip", requesting("4", "0", 100)), "a");
  EXPECT_EQ(place(*pod("p", requesting("1"))), "0/1 nodes are available: 1 Insufficient cpu.");
  EXPECT_EQ(place(*pod("vvip", requesting("1", "0", 101))), "a");
  EXPECT_EQ(place(*pod("vip", requesting("4", "0", 100), R"({"nominatedNodeName":"a"})")), "a");
}

TEST(enough_nodes_test, shrinks_with_the_cluster_but_not_below_a_hundred) {
  EXPECT_EQ(enough_nodes(99, {}), 99u);
  EXPECT_EQ(enough_nodes(100, {}), 100u);
  EXPECT_EQ(enough_nodes(1000, {}), 420u);
  EXPECT_EQ(enough_nodes(6000, {}), 300u);
  EXPECT_EQ(enough_nodes(15000, {}), 750u);
  EXPECT_EQ(enough_nodes(1000, {100}), 1000u);
  EXPECT_EQ(enough_nodes(1000, {1}), 100u);
}

} // namespace
} // namespace troupe::policies::scheduling
