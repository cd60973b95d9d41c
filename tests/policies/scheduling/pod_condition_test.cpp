#include "policies/scheduling/pod_condition.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

const auto now = *api::parse_time("2026-01-02T03:04:05Z");

TEST(pod_condition_test, the_first_refusal_sets_the_condition_with_its_time) {
  auto patch = condition_patch(*pod("p")->object, {"Unschedulable", "no room", std::nullopt}, now);
  ASSERT_TRUE(patch);
  auto* list = api::array_at(*patch, {"status", "conditions"});
  ASSERT_TRUE(list && list->size() == 1);
  EXPECT_EQ(api::string_at((*list)[0], {"type"}), "PodScheduled");
  EXPECT_EQ(api::string_at((*list)[0], {"status"}), "False");
  EXPECT_EQ(api::string_at((*list)[0], {"reason"}), "Unschedulable");
  EXPECT_EQ(api::string_at((*list)[0], {"message"}), "no room");
  EXPECT_EQ(api::string_at((*list)[0], {"lastTransitionTime"}), "2026-01-02T03:04:05Z");
}

TEST(pod_condition_test, the_same_refusal_writes_nothing_and_another_text_keeps_the_time) {
  auto p = pod("p", "{}",
               R"({"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable",)"
               R"("message":"no room"}]})");
  EXPECT_FALSE(condition_patch(*p->object, {"Unschedulable", "no room", ""}, now));
  auto patch = condition_patch(*p->object, {"Unschedulable", "less room", ""}, now);
  ASSERT_TRUE(patch);
  EXPECT_EQ(api::string_at((*api::array_at(*patch, {"status", "conditions"}))[0], {"lastTransitionTime"}), "");
}

TEST(pod_condition_test, a_nomination_is_set_and_removed) {
  auto set = condition_patch(*pod("p")->object, {"Unschedulable", "x", "n1"}, now);
  EXPECT_EQ(api::string_at(*set, {"status", "nominatedNodeName"}), "n1");
  auto cleared =
      condition_patch(*pod("p", "{}", R"({"nominatedNodeName":"n1"})")->object, {"Unschedulable", "x", ""}, now);
  ASSERT_TRUE(api::find(*cleared, {"status", "nominatedNodeName"}));
  EXPECT_TRUE(api::find(*cleared, {"status", "nominatedNodeName"})->is_null());
}

TEST(pod_condition_test, a_binding_names_the_pod_and_the_node) {
  auto b = binding(*pod("p"), "n1");
  EXPECT_EQ(api::string_at(b, {"metadata", "uid"}), "uid-p");
  EXPECT_EQ(api::string_at(b, {"target", "kind"}), "Node");
  EXPECT_EQ(api::string_at(b, {"target", "name"}), "n1");
}

TEST(pod_condition_test, a_victim_is_told_why) {
  auto v = victim_patch(now);
  EXPECT_EQ(api::string_at((*api::array_at(v, {"status", "conditions"}))[0], {"reason"}), "PreemptionByScheduler");
}

} // namespace
} // namespace troupe::policies::scheduling
