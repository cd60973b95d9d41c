#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(ingress, of_a_new_one) {
  run_rules(
      "networking.k8s.io/v1", "Ingress",
      R"({"metadata":{"name":"i","namespace":"n"},"spec":{"rules":[{"host":"a.b",
"http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"s",
"port":{"number":80}}}}]}}]}})",
      {{"a good one", {}, {}},
       {"nothing to serve",
        {{"spec", "{}"}},
        {"spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified"}},
       {"a wildcard host", {{"spec.rules[0].host", R"("*.b")"}}, {}},
       {"an address",
        {{"spec.rules[0].host", R"("1.2.3.4")"}},
        {"spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address"}},
       {"no type of path",
        {{"spec.rules[0].http.paths[0].pathType", "-"}},
        {"spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"}},
       {"a relative path",
        {{"spec.rules[0].http.paths[0].path", R"("a")"}},
        {"spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute path"}},
       {"two slashes",
        {{"spec.rules[0].http.paths[0].path", R"("/a//b")"}},
        {"spec.rules[0].http.paths[0].path: Invalid value: \"/a//b\": must not contain '//'"}},
       {"no paths", {{"spec.rules[0].http.paths", "[]"}}, {"spec.rules[0].http.paths: Required value"}},
       {"no port",
        {{"spec.rules[0].http.paths[0].backend.service.port", "{}"}},
        {"spec.rules[0].http.paths[0].backend: Required value: port name or number is required"}},
       {"two kinds of backend",
        {{"spec.rules[0].http.paths[0].backend.resource", R"({"kind":"K","name":"n"})"}},
        {"spec.rules[0].http.paths[0].backend: Invalid value: \"\": cannot set both resource and service backends"}},
       {"a bad secret",
        {{"spec.tls", R"([{"secretName":"A"}])"}},
        {"spec.tls[0].secretName: Invalid value: \"A\": a lowercase..."}},
       {"two classes",
        {{"spec.ingressClassName", R"("a")"}, {"metadata.annotations.\"kubernetes.io/ingress.class\"", R"("b")"}},
        {"metadata.annotations[kubernetes.io/ingress.class]: Invalid value: \"b\": must match `ingressClassName` when "
         "both are specified"}}});
}

TEST(ingress, classes) {
  constexpr std::string_view type = R"({"metadata":{"name":"c"},"spec":{"controller":"acme.io/x"}})";
  run_rules("networking.k8s.io/v1", "IngressClass", type,
            {{"a good one", {}, {}},
             {"no controller", {{"spec", "{}"}}, {"spec.controller: Required value"}},
             {"no domain",
              {{"spec.controller", R"("x")"}},
              {"spec.controller: Invalid value: \"x\": must be a domain-prefixed path (such as \"acme.io/foo\")"}},
             {"parameters of a namespace",
              {{"spec.parameters", R"({"kind":"K","name":"n","scope":"Namespace"})"}},
              {"spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"}}});
  run_update_rules("networking.k8s.io/v1", "IngressClass", type,
                   {{"the controller stays",
                     {{"spec.controller", R"("acme.io/y")"}},
                     {"spec.controller: Invalid value: \"acme.io/y\": field is immutable"}}});
}

} // namespace troupe::policies::validation
