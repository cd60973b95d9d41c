#include "policies/scheduling/node_info.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(node_info_test, sums_follow_the_pods) {
  auto n = node();
  auto a = pod("a", requesting("1", "100")), b = pod("b", "{\"containers\":[{}]}");
  n.add(a);
  n.add(b);
  n.add(b); // Known already.
  EXPECT_EQ(n.requested().milli_cpu, 1000);
  EXPECT_EQ(n.scored_requested().milli_cpu, 1100);
  EXPECT_EQ(n.pods().size(), 2u);
  n.remove(*a);
  n.remove(*a);
  EXPECT_EQ(n.requested(), resource_amounts{});
}

TEST(node_info_test, heartbeats_change_nothing_and_taints_labels_and_capacity_do) {
  auto n = node();
  EXPECT_TRUE(n.offers_the_same(node()));
  EXPECT_FALSE(n.offers_the_same(node({.spec = R"({"taints":[{"key":"k","effect":"NoSchedule"}]})"})));
  EXPECT_FALSE(n.offers_the_same(node({.labels = R"({"a":"b"})"})));
  EXPECT_FALSE(n.offers_the_same(node({.allocatable = R"({"cpu":"5"})"})));
  EXPECT_FALSE(n.offers_the_same(node({.spec = R"({"unschedulable":true})"})));
}

} // namespace
} // namespace troupe::policies::scheduling
