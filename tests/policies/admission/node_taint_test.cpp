#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

TEST(node_taint, a_new_node_is_not_ready) {
  world w;
  w.about("", "nodes", "Node");
  w.req.ns.clear();
  w.set(R"({"metadata":{"name":"n"}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "taints"}), R"([{"key":"node.kubernetes.io/not-ready","effect":"NoSchedule"}])");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(api::array_at(w.body, {"spec", "taints"})->size(), 1u);
}

TEST(node_taint, pods_stay_for_five_minutes_on_a_lost_node) {
  world w;
  w.set(R"({"metadata":{"name":"p"},"spec":{"tolerations":[{"key":"node.kubernetes.io/not-ready",
"operator":"Exists","effect":"NoExecute","tolerationSeconds":1}]}})");
  EXPECT_EQ(w.mutated(), "");
  auto& tolerations = *api::array_at(w.body, {"spec", "tolerations"});
  ASSERT_EQ(tolerations.size(), 2u);
  EXPECT_EQ(
      api::json::serialize(tolerations[1]),
      R"({"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300})");
  w.set(R"({"metadata":{"name":"p"},"spec":{"tolerations":[{"operator":"Exists"}]}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(api::array_at(w.body, {"spec", "tolerations"})->size(), 1u);
}

} // namespace troupe::policies::admission
