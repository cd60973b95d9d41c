#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
constexpr std::string_view service =
    R"({"metadata":{"name":"s","namespace":"default"},"spec":{"type":"ClusterIP","sessionAffinity":"None",
"internalTrafficPolicy":"Cluster",
  "clusterIP":"10.96.0.5","clusterIPs":["10.96.0.5"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack",
"ports":[{"port":80,"targetPort":80,"protocol":"TCP"}]}})";
}

TEST(service_address, the_two_forms_agree) {
  run_rules(
      "v1", "Service", service,
      {{"no list", {{"spec.clusterIPs", "-"}}, {"spec.clusterIPs: Required value"}},
       {"another first one",
        {{"spec.clusterIPs", R"(["10.96.0.6"])"}},
        {"spec.clusterIPs: Invalid value: []string{\"10.96.0.6\"}: first value must match `clusterIP`"}},
       {"no address",
        {{"spec.clusterIP", R"("x")"}, {"spec.clusterIPs", R"(["x"])"}},
        {"spec.clusterIPs[0]: Invalid value: \"x\": must be a valid IP address, ..."}},
       {"headless and more",
        {{"spec.clusterIP", R"("None")"}, {"spec.clusterIPs", R"(["None","10.96.0.5"])"}},
        {"spec.clusterIPs: Invalid value: []string{\"None\", \"10.96.0.5\"}: 'None' must be the first and only value"}},
       {"an unknown family",
        {{"spec.ipFamilies", R"(["IPv5"])"}},
        {"spec.ipFamilies[0]: Unsupported value: \"IPv5\": supported values: \"IPv4\", \"IPv6\""}},
       {"another family",
        {{"spec.ipFamilies", R"(["IPv6"])"}},
        {"spec.clusterIPs[0]: Invalid value: \"10.96.0.5\": expected an IPv6 value as indicated by `ipFamilies[0]`"}}});
}

TEST(service_address, addresses_stay) {
  run_update_rules("v1", "Service", service,
                   {{"ports may change", {{"spec.ports[0].port", "81"}}, {}},
                    {"the address may not",
                     {{"spec.clusterIP", R"("10.96.0.6")"}, {"spec.clusterIPs", R"(["10.96.0.6"])"}},
                     {"spec.clusterIPs[0]: Invalid value: []string{\"10.96.0.6\"}: may not change once set"}},
                    {"nor go",
                     {{"spec.clusterIP", "-"}, {"spec.clusterIPs", "-"}},
                     {"spec.clusterIPs[0]: Invalid value: []string(nil): primary clusterIP can not be unset"}}});
}

} // namespace troupe::policies::validation
