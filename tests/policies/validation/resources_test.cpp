#include "policies/validation/resources.hpp"
#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(resources, of_containers) {
  auto resources = [](std::string_view body) { return std::vector<change>{{"spec.containers[0].resources", body}}; };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"requests and limits", resources(R"({"requests":{"cpu":"100m","memory":"1Gi"},"limits":{"cpu":"1"}})"), {}},
       {"a request above its limit",
        resources(R"({"requests":{"cpu":"2"},"limits":{"cpu":"1"}})"),
        {"spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1"}},
       {"a negative request",
        resources(R"({"requests":{"cpu":"-1"}})"),
        {"spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"}},
       {"no amount",
        resources(R"({"requests":{"cpu":"x"}})"),
        {"spec.containers[0].resources.requests[cpu]: Invalid value: \"x\": quantities must match the regular "
         "expression..."}},
       {"an unknown resource",
        resources(R"({"limits":{"pods":"1"}})"),
        {"spec.containers[0].resources.limits[pods]: Invalid value: \"pods\": must be a standard resource for "
         "containers"}},
       {"a device", resources(R"({"limits":{"a.b/gpu":"1"},"requests":{"a.b/gpu":"1"}})"), {}},
       {"half a device",
        resources(R"({"limits":{"a.b/gpu":"500m"}})"),
        {"spec.containers[0].resources.limits[a.b/gpu]: Invalid value: \"500m\": must be an integer"}},
       {"a device without a limit",
        resources(R"({"requests":{"a.b/gpu":"1"}})"),
        {"spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources"}},
       {"fewer devices than the limit",
        resources(R"({"limits":{"a.b/gpu":"2"},"requests":{"a.b/gpu":"1"}})"),
        {"spec.containers[0].resources.requests: Invalid value: \"1\": must be equal to a.b/gpu limit of 2"}},
       {"huge pages alone",
        resources(R"({"limits":{"hugepages-2Mi":"2Mi"}})"),
        {"spec.containers[0].resources: Forbidden: HugePages require cpu or memory"}}});
}

TEST(resources, names) {
  EXPECT_TRUE(is_extended_resource("example.com/gpu"));
  EXPECT_FALSE(is_extended_resource("cpu"));
  EXPECT_FALSE(is_extended_resource("kubernetes.io/x"));
  EXPECT_TRUE(allows_overcommit("memory"));
  EXPECT_FALSE(allows_overcommit("hugepages-2Mi"));
  EXPECT_TRUE(is_integer_resource("pods"));
  EXPECT_FALSE(is_integer_resource("cpu"));
}

} // namespace troupe::policies::validation
