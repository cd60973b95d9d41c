#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
constexpr std::string_view service =
    R"({"metadata":{"name":"s","namespace":"default"},"spec":{"type":"ClusterIP","sessionAffinity":"None",
"internalTrafficPolicy":"Cluster",
  "clusterIP":"10.96.0.5","clusterIPs":["10.96.0.5"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack",
"ports":[{"port":80,"targetPort":80,"protocol":"TCP"}]}})";
}

TEST(service, names_ports_and_types) {
  run_rules("v1", "Service", service,
            {{"a good one", {}, {}},
             {"a name that starts with a digit",
              {{"metadata.name", R"("1s")"}},
              {"metadata.name: Invalid value: \"1s\": a DNS-1035 label must..."}},
             {"no ports", {{"spec.ports", "[]"}}, {"spec.ports: Required value"}},
             {"headless without ports",
              {{"spec.ports", "-"}, {"spec.clusterIP", R"("None")"}, {"spec.clusterIPs", R"(["None"])"}},
              {}},
             {"port zero",
              {{"spec.ports[0].port", "0"}},
              {"spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"}},
             {"a bad target",
              {{"spec.ports[0].targetPort", R"("1")"}},
              {"spec.ports[0].targetPort: Invalid value: \"1\": must contain at least one letter (a-z)"}},
             {"two ports without names",
              {{"spec.ports[1]", R"({"port":81,"targetPort":81,"protocol":"TCP"})"}},
              {"spec.ports[0].name: Required value", "spec.ports[1].name: Required value"}},
             {"the same port twice",
              {{"spec.ports[0].name", R"("a")"},
               {"spec.ports[1]", R"({"name":"b","port":80,"targetPort":81,"protocol":"TCP"})"}},
              {"spec.ports[1]: Duplicate value: core.ServicePort{..."}},
             {"a node port of a cluster service",
              {{"spec.ports[0].nodePort", "30000"}},
              {"spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"}},
             {"an unknown type",
              {{"spec.type", R"("x")"}},
              {"spec.type: Unsupported value: \"x\": supported values: \"ClusterIP\", \"ExternalName\", "
               "\"LoadBalancer\", \"NodePort\""}},
             {"a headless node port service",
              {{"spec.type", R"("NodePort")"},
               {"spec.externalTrafficPolicy", R"("Cluster")"},
               {"spec.clusterIP", R"("None")"},
               {"spec.clusterIPs", R"(["None"])"}},
              {"spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"}},
             {"a bad selector",
              {{"spec.selector", R"({"a":"b c"})"}},
              {"spec.selector: Invalid value: \"b c\": a valid label..."}}});
}

TEST(service, affinity_and_traffic) {
  run_rules(
      "v1", "Service", service,
      {{"by client",
        {{"spec.sessionAffinity", R"("ClientIP")"},
         {"spec.sessionAffinityConfig", R"({"clientIP":{"timeoutSeconds":86400}})"}},
        {}},
       {"by client for longer than a day",
        {{"spec.sessionAffinity", R"("ClientIP")"},
         {"spec.sessionAffinityConfig", R"({"clientIP":{"timeoutSeconds":86401}})"}},
        {"spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less "
         "than 86400"}},
       {"settings without affinity",
        {{"spec.sessionAffinityConfig", "{}"}},
        {"spec.sessionAffinityConfig: Forbidden: must not be set when session affinity is None"}},
       {"outside traffic to a cluster service",
        {{"spec.externalTrafficPolicy", R"("Local")"}},
        {"spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services"}},
       {"a local load balancer without its check",
        {{"spec.type", R"("LoadBalancer")"},
         {"spec.allocateLoadBalancerNodePorts", "true"},
         {"spec.externalTrafficPolicy", R"("Local")"}},
        {"spec.healthCheckNodePort: Required value"}},
       {"an external address",
        {{"spec.externalIPs", R"(["1.2.3.4"])"}, {"spec.externalTrafficPolicy", R"("Cluster")"}},
        {}},
       {"a loopback address",
        {{"spec.externalIPs", R"(["127.0.0.1"])"}, {"spec.externalTrafficPolicy", R"("Cluster")"}},
        {"spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)"}},
       {"sources of a cluster service",
        {{"spec.loadBalancerSourceRanges", R"(["10.0.0.0/8"])"}},
        {"spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"}}});
}

TEST(service, external_names) {
  constexpr std::string_view external = R"({"metadata":{"name":"s","namespace":"default"},"spec":{"type":"ExternalName",
"sessionAffinity":"None","externalName":"a.b"}})";
  run_rules("v1", "Service", external,
            {{"a good one", {}, {}},
             {"no name", {{"spec.externalName", "-"}}, {"spec.externalName: Required value"}},
             {"an address",
              {{"spec.clusterIPs", R"(["10.96.0.5"])"}},
              {"spec.clusterIPs: Forbidden: may not be set for ExternalName services"}}});
}

TEST(service, status_of_a_load_balancer) {
  run_update_rules("v1", "Service", service,
                   {{"another type has none",
                     {{"status.loadBalancer.ingress", R"([{"ip":"1.2.3.4","ipMode":"VIP"}])"}},
                     {"status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"}}},
                   write::status);
}

} // namespace troupe::policies::validation
