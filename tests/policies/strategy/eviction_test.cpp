#include "policies/strategy/eviction.hpp"
#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

namespace {
constexpr std::string_view running = R"({"metadata":{"name":"p","namespace":"n","labels":{"app":"x"}},"spec":{},
"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})";
api::object_ptr budget(int allowed, std::string_view more = "") {
  return make(R"({"metadata":{"name":"b","namespace":"n","generation":1},
"spec":{"selector":{"matchLabels":{"app":"x"}}},"status":{"observedGeneration":1,
"desiredHealthy":2,"currentHealthy":2,"disruptionsAllowed":)" +
              std::to_string(allowed) + std::string(more) + "}}");
}
} // namespace

TEST(eviction, without_a_budget_only_marks_the_pod) {
  fixture f;
  auto plan = plan_eviction(*make(running), {}, f.now);
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->budget);
  auto& conditions = *api::array_at(*plan->pod, {"status", "conditions"});
  EXPECT_EQ(api::string_at(conditions[1], {"type"}), "DisruptionTarget");
  EXPECT_EQ(api::string_at(conditions[1], {"reason"}), "EvictionByEvictionAPI");
}

TEST(eviction, takes_one_disruption_of_the_budget) {
  fixture f;
  auto plan = plan_eviction(*make(running), {budget(1)}, f.now);
  ASSERT_TRUE(plan);
  EXPECT_EQ(at(*plan->budget, {"status", "disruptionsAllowed"}), "0");
  EXPECT_EQ(at(*plan->budget, {"status", "disruptedPods", "p"}), "\"2026-01-01T12:00:00Z\"");
}

TEST(eviction, is_refused_when_none_is_left) {
  fixture f;
  auto plan = plan_eviction(*make(running), {budget(0)}, f.now);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, 429);
  EXPECT_EQ(plan.error().message, "Cannot evict pod as it would violate the pod's disruption budget.");
  ASSERT_EQ(plan.error().details.causes.size(), 1u);
  EXPECT_EQ(plan.error().details.causes[0].reason, "DisruptionBudget");
  EXPECT_EQ(plan.error().details.causes[0].message, "The disruption budget b needs 2 healthy pods and has 2 currently");
}

TEST(eviction, waits_for_a_budget_that_was_not_looked_at_yet) {
  fixture f;
  auto body = budget(1)->body();
  api::set_at(body, {"metadata", "generation"}, 2);
  auto plan = plan_eviction(*make(running), {api::object::make(body)}, f.now);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, 429);
  EXPECT_EQ(plan.error().details.retry_after_seconds, 10);
}

TEST(eviction, of_a_pod_under_two_budgets_is_an_error) {
  fixture f;
  auto plan = plan_eviction(*make(running), {budget(1), budget(1)}, f.now);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, 500);
}

TEST(eviction, ignores_budgets_for_pods_that_serve_nobody) {
  fixture f;
  for (auto pod : {R"({"metadata":{"name":"p","namespace":"n","labels":{"app":"x"}},"status":{"phase":"Pending"}})",
                   R"({"metadata":{"name":"p","namespace":"n","labels":{"app":"x"}},"status":{"phase":"Failed"}})",
                   R"({"metadata":{"name":"p","namespace":"n","labels":{"app":"x"}},"status":{"phase":"Running"}})"})
    EXPECT_TRUE(plan_eviction(*make(pod), {budget(0)}, f.now)) << pod;
  EXPECT_TRUE(plan_eviction(*make(running),
                            {make(R"({"metadata":{"name":"b","namespace":"other"},"spec":{"selector":{}}})")}, f.now));
}

} // namespace troupe::policies::strategy
