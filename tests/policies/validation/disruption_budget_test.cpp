#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(disruption_budget, of_a_new_one) {
  constexpr std::string_view budget = R"({"metadata":{"name":"b","namespace":"n"},"spec":{"minAvailable":1,
"selector":{"matchLabels":{"a":"b"}}}})";
  run_rules("policy/v1", "PodDisruptionBudget", budget,
            {{"a good one", {}, {}},
             {"both sides", {{"spec.maxUnavailable", "1"}}, {"spec: Invalid value: ..."}},
             {"all of them", {{"spec.minAvailable", R"("100%")"}}, {}},
             {"more than all",
              {{"spec.minAvailable", R"("101%")"}},
              {"spec.minAvailable: Invalid value: \"101%\": must not be greater than 100%"}},
             {"fewer than none",
              {{"spec.minAvailable", "-1"}},
              {"spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"}},
             {"an unknown policy",
              {{"spec.unhealthyPodEvictionPolicy", R"("x")"}},
              {"spec.unhealthyPodEvictionPolicy: Unsupported value: \"x\": supported values: \"AlwaysAllow\", "
               "\"IfHealthyBudget\""}}});
  run_update_rules("policy/v1", "PodDisruptionBudget", budget,
                   {{"counters",
                     {{"status.expectedPods", "-1"}},
                     {"status.expectedPods: Invalid value: -1: must be greater than or equal to 0"}}},
                   write::status);
}

} // namespace troupe::policies::validation
