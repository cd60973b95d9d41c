#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(resource_quota, of_a_new_one) {
  constexpr std::string_view quota =
      R"({"metadata":{"name":"q","namespace":"n"},"spec":{"hard":{"pods":"5","requests.cpu":"1",
"count/deployments.apps":"2"}}})";
  run_rules("v1", "ResourceQuota", quota,
            {{"a good one", {}, {}},
             {"an unknown resource",
              {{"spec.hard", R"({"x":"1"})"}},
              {"spec.hard[x]: Invalid value: \"x\": must be a standard resource for quota"}},
             {"half a pod",
              {{"spec.hard", R"({"pods":"500m"})"}},
              {"spec.hard[pods]: Invalid value: \"500m\": must be an integer"}},
             {"fewer than none",
              {{"spec.hard", R"({"pods":"-1"})"}},
              {"spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0"}},
             {"an unknown scope",
              {{"spec.hard", R"({"pods":"1"})"}, {"spec.scopes", R"(["x"])"}},
              {"spec.scopes: Invalid value: []core.ResourceQuotaScope{\"x\"}: unsupported scope"}},
             {"scopes that exclude each other",
              {{"spec.hard", R"({"pods":"1"})"}, {"spec.scopes", R"(["Terminating","NotTerminating"])"}},
              {"spec.scopes: Invalid value: []core.ResourceQuotaScope{\"Terminating\", \"NotTerminating\"}: "
               "conflicting scopes"}},
             {"best effort has no CPU",
              {{"spec.hard", R"({"requests.cpu":"1"})"}, {"spec.scopes", R"(["BestEffort"])"}},
              {"spec.scopes: Invalid value: []core.ResourceQuotaScope{\"BestEffort\"}: unsupported scope applied to "
               "resource"}},
             {"a class without values",
              {{"spec.scopeSelector.matchExpressions", R"([{"scopeName":"PriorityClass","operator":"In"}])"}},
              {"spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` "
               "is 'In' or 'NotIn' for scope selector"}}});
  run_update_rules("v1", "ResourceQuota", quota,
                   {{"scopes stay",
                     {{"spec.hard", R"({"pods":"1"})"}, {"spec.scopes", R"(["Terminating"])"}},
                     {"spec.scopes: Invalid value: []core.ResourceQuotaScope{\"Terminating\"}: field is immutable"}}});
}

} // namespace troupe::policies::validation
