#include "policies/scheduling/cluster.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(cluster_test, pods_count_on_their_node_until_they_go) {
  cluster all;
  all.put_node(node_object({}));
  all.put_pod(pod("a", requesting("1"))->bound_to("n1"));
  EXPECT_EQ(all.find("n1")->requested().milli_cpu, 1000);
  all.put_pod(pod("a", requesting("2"))->bound_to("n1"));
  EXPECT_EQ(all.find("n1")->requested().milli_cpu, 2000);
  all.erase_pod({"default", "a"});
  EXPECT_EQ(all.find("n1")->requested().milli_cpu, 0);
}

TEST(cluster_test, pods_seen_before_their_node_are_counted_when_it_comes) {
  cluster all;
  all.put_pod(pod("a", requesting("1"))->bound_to("n1"));
  EXPECT_EQ(all.size(), 0u);
  EXPECT_EQ(all.find("n1"), nullptr);
  all.put_node(node_object({}));
  EXPECT_EQ(all.find("n1")->requested().milli_cpu, 1000);
  all.erase_node("n1");
  EXPECT_TRUE(all.order().empty());
  all.put_node(node_object({}));
  EXPECT_EQ(all.find("n1")->requested().milli_cpu, 1000);
}

TEST(cluster_test, neighbours_in_the_order_are_of_different_zones) {
  cluster all;
  for (auto name : {"a1", "a2", "b1", "b2"})
    all.put_node(
        node_object({.name = name, .labels = std::string(R"({"topology.kubernetes.io/zone":")") + name[0] + "\"}"}));
  std::string order;
  for (auto* n : all.order())
    order += n->name() + " ";
  EXPECT_EQ(order, "a1 b1 a2 b2 ");
}

TEST(cluster_test, nodes_with_an_image_are_counted) {
  cluster all;
  all.put_node(node_object({.images = R"([{"names":["x:1"],"sizeBytes":5}])"}));
  EXPECT_EQ(all.nodes_with_image("x:1"), 1u);
  all.put_node(node_object({}));
  EXPECT_EQ(all.nodes_with_image("x:1"), 0u);
}

TEST(cluster_test, room_is_kept_only_from_pods_that_do_not_outrank) {
  cluster all;
  all.nominate(pod("high", requesting("1", "0", 10)), "n1");
  EXPECT_EQ(all.nominated_to("n1", *pod("p")).size(), 1u);
  EXPECT_EQ(all.nominated_to("n1", *pod("p", requesting("1", "0", 11))).size(), 0u);
  EXPECT_EQ(all.nominated_to("n1", *pod("high", requesting("1", "0", 10))).size(), 0u);
  EXPECT_EQ(all.outranked_on("n1", 11).size(), 1u);
}

} // namespace
} // namespace troupe::policies::scheduling
