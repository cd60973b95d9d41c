#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
constexpr std::string_view node =
    R"({"metadata":{"name":"n"},"spec":{"podCIDR":"10.1.0.0/24","podCIDRs":["10.1.0.0/24"],
"providerID":"p"},"status":{"capacity":{"cpu":"4"}}})";
}

TEST(node, of_a_new_one) {
  run_rules(
      "v1", "Node", node,
      {{"a good one", {}, {}},
       {"a bad taint",
        {{"spec.taints", R"([{"key":"a b","effect":"Never"}])"}},
        {"metadata.taints[0].key: Invalid value: \"a b\": name part must...",
         "metadata.taints[0].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\", "
         "\"PreferNoSchedule\", \"NoExecute\""}},
       {"a taint without effect", {{"spec.taints", R"([{"key":"a"}])"}}, {"metadata.taints[0].effect: Required value"}},
       {"the same taint twice",
        {{"spec.taints", R"([{"key":"a","effect":"NoSchedule"},{"key":"a","effect":"NoSchedule"}])"}},
        {"metadata.taints[1]: Duplicate value: ..."}},
       {"negative capacity",
        {{"status.capacity.cpu", R"("-1")"}},
        {"status.capacity[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"}},
       {"half a device",
        {{"status.capacity.\"a.b/gpu\"", R"("500m")"}},
        {"status.capacity[a.b/gpu]: Invalid value: \"500m\": must be an integer"}},
       {"a bad pod range",
        {{"spec.podCIDRs", R"(["x"])"}},
        {"spec.podCIDRs[0]: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"}},
       {"two ranges of a family",
        {{"spec.podCIDRs", R"(["10.1.0.0/24","10.2.0.0/24"])"}},
        {"spec.podCIDRs: Invalid value: ..."}}});
}

TEST(node, of_an_update) {
  run_update_rules(
      "v1", "Node", node,
      {{"cordon", {{"spec.unschedulable", "true"}}, {}},
       {"another range",
        {{"spec.podCIDRs", R"(["10.2.0.0/24"])"}},
        {"spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid"}},
       {"another provider",
        {{"spec.providerID", R"("q")"}},
        {"spec.providerID: Forbidden: node updates may not change providerID except from \"\" to valid"}}});
}

} // namespace troupe::policies::validation
