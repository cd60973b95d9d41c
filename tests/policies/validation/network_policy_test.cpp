#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(network_policy, of_a_new_one) {
  run_rules("networking.k8s.io/v1", "NetworkPolicy",
            R"({"metadata":{"name":"p","namespace":"n"},"spec":{"podSelector":{},"policyTypes":["Ingress"],
"ingress":[{"from":[{"podSelector":{}}],"ports":[{"port":80,"protocol":"TCP"}]}]}})",
            {{"a good one", {}, {}},
             {"a peer that is nobody",
              {{"spec.ingress[0].from", "[{}]"}},
              {"spec.ingress[0].from[0]: Required value: must specify a peer"}},
             {"addresses and pods",
              {{"spec.ingress[0].from[0].ipBlock", R"({"cidr":"10.0.0.0/8"})"}},
              {"spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer"}},
             {"an exception outside",
              {{"spec.ingress[0].from", R"([{"ipBlock":{"cidr":"10.0.0.0/8","except":["11.0.0.0/16"]}}])"}},
              {"spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of "
               "`cidr`"}},
             {"an exception of everything",
              {{"spec.ingress[0].from", R"([{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.0.0.0/8"]}}])"}},
              {"spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"10.0.0.0/8\": must be a strict subset of "
               "`cidr`"}},
             {"a range of ports", {{"spec.ingress[0].ports[0].endPort", "90"}}, {}},
             {"a range backwards",
              {{"spec.ingress[0].ports[0].endPort", "70"}},
              {"spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`"}},
             {"a range of names",
              {{"spec.ingress[0].ports[0]", R"({"port":"web","endPort":90})"}},
              {"spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric"}},
             {"an unknown type",
              {{"spec.policyTypes", R"(["x"])"}},
              {"spec.policyTypes[0]: Unsupported value: \"x\": supported values: \"Ingress\", \"Egress\""}}});
}

} // namespace troupe::policies::validation
