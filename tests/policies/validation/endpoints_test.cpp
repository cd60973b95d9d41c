#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(endpoints, of_the_core_group) {
  run_rules("v1", "Endpoints", R"({"metadata":{"name":"e","namespace":"n"},"subsets":[{"addresses":[{"ip":"10.0.0.1"}],
"ports":[{"port":80,"protocol":"TCP"}]}]})",
            {{"a good one", {}, {}},
             {"none at all", {{"subsets", "[]"}}, {}},
             {"no addresses",
              {{"subsets[0].addresses", "[]"}},
              {"subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"}},
             {"a loopback address",
              {{"subsets[0].addresses[0].ip", R"("127.0.0.1")"}},
              {"subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range "
               "(127.0.0.0/8, ::1/128)"}},
             {"a bad port",
              {{"subsets[0].ports[0].port", "0"}},
              {"subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"}},
             {"two ports without a name",
              {{"subsets[0].ports[1]", R"({"port":81,"protocol":"TCP"})"}},
              {"subsets[0].ports[0].name: Required value", "subsets[0].ports[1].name: Required value"}}});
}

TEST(endpoints, slices) {
  constexpr std::string_view slice = R"({"metadata":{"name":"e","namespace":"n"},"addressType":"IPv4",
"endpoints":[{"addresses":["10.0.0.1"]}],"ports":[{"name":"","protocol":"TCP","port":80}]})";
  run_rules("discovery.k8s.io/v1", "EndpointSlice", slice,
            {{"a good one", {}, {}},
             {"no type", {{"addressType", "-"}}, {"addressType: Required value"}},
             {"an unknown type",
              {{"addressType", R"("x")"}},
              {"addressType: Unsupported value: \"x\": supported values: \"FQDN\", \"IPv4\", \"IPv6\""}},
             {"no address",
              {{"endpoints[0].addresses", "[]"}},
              {"endpoints[0].addresses: Required value: must contain at least 1 address"}},
             {"an address of the other family",
              {{"endpoints[0].addresses", R"(["::5"])"}},
              {"endpoints[0].addresses[0]: Invalid value: \"::5\": must be a valid IPv4 address"}},
             {"the same port name twice",
              {{"ports[1]", R"({"name":"","protocol":"TCP"})"}},
              {"ports[1].name: Duplicate value: \"\""}},
             {"a zone twice",
              {{"endpoints[0].hints.forZones", R"([{"name":"a"},{"name":"a"}])"}},
              {"endpoints[0].hints.forZones[1].name: Duplicate value: \"a\""}}});
  run_update_rules("discovery.k8s.io/v1", "EndpointSlice", slice,
                   {{"the type stays",
                     {{"addressType", R"("FQDN")"}, {"endpoints", "[]"}},
                     {"addressType: Invalid value: \"FQDN\": field is immutable"}}});
}

TEST(endpoints, a_slice_has_at_most_a_thousand) {
  auto body =
      api::json::parse(R"({"metadata":{"name":"e","namespace":"n"},"addressType":"IPv4","endpoints":[]})").as_object();
  for (int i = 0; i < 1000; ++i)
    body["endpoints"].get_array().push_back(api::json::parse(R"({"addresses":["10.0.0.1"]})"));
  expect_errors(validate_create({"discovery.k8s.io", "v1", "EndpointSlice"}, body), {});
  body["endpoints"].get_array().push_back(api::json::parse(R"({"addresses":["10.0.0.1"]})"));
  expect_errors(validate_create({"discovery.k8s.io", "v1", "EndpointSlice"}, body),
                {"endpoints: Too many: 1001: must have at most 1000 items"});
}

} // namespace troupe::policies::validation
