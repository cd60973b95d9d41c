#include "policies/scheduling/node_unschedulable.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(node_unschedulable_test, a_cordoned_node_takes_only_pods_that_tolerate_the_cordon) {
  auto cordoned = node({.spec = R"({"unschedulable":true})"});
  auto s = filtered(node_unschedulable::make(), *pod("p"), cordoned);
  EXPECT_EQ(s.what(), code::unschedulable_and_unresolvable);
  EXPECT_EQ(reason(s), "node(s) were unschedulable");
  auto daemon = pod("p", R"({"tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Exists",)"
                         R"("effect":"NoSchedule"}]})");
  EXPECT_TRUE(filtered(node_unschedulable::make(), *daemon, cordoned).ok());
  EXPECT_TRUE(filtered(node_unschedulable::make(), *pod("p"), node()).ok());
}

TEST(node_unschedulable_test, an_uncordoned_node_helps) {
  auto before = node({.spec = R"({"unschedulable":true})"}), after = node();
  auto hint = node_unschedulable::make().hint;
  EXPECT_TRUE(hint(*pod("p"), {cluster_event::kind::node_updated, &before, &after}));
  EXPECT_FALSE(hint(*pod("p"), {cluster_event::kind::node_updated, &after, &before}));
  EXPECT_FALSE(hint(*pod("p"), {cluster_event::kind::pod_removed, nullptr, &after}));
}

} // namespace
} // namespace troupe::policies::scheduling
