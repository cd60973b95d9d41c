#include "tests/policies/defaulting/defaults_table.hpp"

namespace troupe::policies::defaulting {

TEST(networking_defaults, of_policies_classes_and_slices) {
  run_defaults(
      "networking.k8s.io/v1", "NetworkPolicy",
      {{"ingress unless there are egress rules", R"({"spec":{"ingress":[{"ports":[{"port":80}]}]}})",
        R"({"spec":{"policyTypes":["Ingress"],"ingress":[{"ports":[{"protocol":"TCP"}]}]}})"},
       {"both with egress rules", R"({"spec":{"egress":[{}]}})", R"({"spec":{"policyTypes":["Ingress","Egress"]}})"},
       {"what is set stays", R"({"spec":{"policyTypes":["Egress"]}})", R"({"spec":{"policyTypes":["Egress"]}})"}});
  run_defaults("networking.k8s.io/v1", "IngressClass",
               {{"parameters are for the cluster", R"({"spec":{"parameters":{"kind":"K","name":"n"}}})",
                 R"({"spec":{"parameters":{"scope":"Cluster"}}})"},
                {"none stay none", R"({"spec":{}})", R"({"spec":{"parameters":null}})"}});
  run_defaults(
      "discovery.k8s.io/v1", "EndpointSlice",
      {{"ports have a name and protocol", R"({"ports":[{"port":1}]})", R"({"ports":[{"name":"","protocol":"TCP"}]})"}});
}

} // namespace troupe::policies::defaulting
