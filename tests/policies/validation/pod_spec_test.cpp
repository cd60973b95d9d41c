#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(pod_spec, scalars) {
  run_rules(
      "v1", "Pod", valid_pod,
      {{"a good one", {}, {}},
       {"no grace period",
        {{"spec.terminationGracePeriodSeconds", "-"}},
        {"spec.terminationGracePeriodSeconds: Required value"}},
       {"no containers", {{"spec.containers", "[]"}}, {"spec.containers: Required value"}},
       {"no restart policy", {{"spec.restartPolicy", "-"}}, {"spec.restartPolicy: Required value"}},
       {"a bad restart policy",
        {{"spec.restartPolicy", R"("Maybe")"}},
        {"spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"OnFailure\", \"Never\""}},
       {"a bad dns policy",
        {{"spec.dnsPolicy", R"("x")"}},
        {"spec.dnsPolicy: Unsupported value: \"x\": supported values: \"ClusterFirstWithHostNet\", \"ClusterFirst\", "
         "\"Default\", \"None\""}},
       {"a bad node name",
        {{"spec.nodeName", R"("A")"}},
        {"spec.nodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain..."}},
       {"a bad host name",
        {{"spec.hostname", R"("a.b")"}},
        {"spec.hostname: Invalid value: \"a.b\": must not contain dots"}},
       {"the shortest deadline", {{"spec.activeDeadlineSeconds", "1"}}, {}},
       {"no time at all",
        {{"spec.activeDeadlineSeconds", "0"}},
        {"spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"}},
       {"a bad preemption policy",
        {{"spec.preemptionPolicy", R"("x")"}},
        {"spec.preemptionPolicy: Unsupported value: \"x\": supported values: \"PreemptLowerPriority\", \"Never\""}},
       {"a pull secret with more than a name",
        {{"spec.imagePullSecrets", R"([{"name":"a","x":"y"}])"}},
        {"spec.imagePullSecrets[0]: Invalid value: ..."}},
       {"an unknown system",
        {{"spec.os", R"({"name":"plan9"})"}},
        {"spec.os: Unsupported value: \"plan9\": supported values: \"linux\", \"windows\""}},
       {"overhead of an unknown kind",
        {{"spec.overhead", R"({"x":"1"})"}},
        {"spec.overhead[x]: Invalid value: \"x\": must be a standard resource type or fully qualified",
         "spec.overhead[x]: Invalid value: \"x\": must be a standard resource for containers"}}});
}

TEST(pod_spec, name_resolution) {
  run_rules("v1", "Pod", valid_pod,
            {{"none without a config",
              {{"spec.dnsPolicy", R"("None")"}},
              {"spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"}},
             {"none without a server",
              {{"spec.dnsPolicy", R"("None")"}, {"spec.dnsConfig", "{}"}},
              {"spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` "
               "is None"}},
             {"three servers", {{"spec.dnsConfig.nameservers", R"(["1.1.1.1","1.1.1.2","1.1.1.3"])"}}, {}},
             {"four servers",
              {{"spec.dnsConfig.nameservers", R"(["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"])"}},
              {"spec.dnsConfig.nameservers: Invalid value: ..."}},
             {"a server that is no address",
              {{"spec.dnsConfig.nameservers", R"(["x"])"}},
              {"spec.dnsConfig.nameservers[0]: Invalid value: \"x\": must be a valid IP address, ..."}},
             {"a search path with a final dot", {{"spec.dnsConfig.searches", R"(["a.b."])"}}, {}},
             {"a bad search path",
              {{"spec.dnsConfig.searches", R"(["a..b"])"}},
              {"spec.dnsConfig.searches[0]: Invalid value: \"a..b\": a lowercase..."}},
             {"an option without a name",
              {{"spec.dnsConfig.options", R"([{}])"}},
              {"spec.dnsConfig.options[0]: Required value: must not be empty"}},
             {"host aliases",
              {{"spec.hostAliases", R"([{"ip":"x","hostnames":["A"]}])"}},
              {"spec.hostAliases[0].ip: Invalid value: \"x\": must be a valid IP address, ...",
               "spec.hostAliases[0].hostnames[0]: Invalid value: \"A\": a lowercase..."}}});
}

TEST(pod_spec, gates_and_claims) {
  run_rules("v1", "Pod", valid_pod,
            {{"a readiness gate", {{"spec.readinessGates", R"([{"conditionType":"a.b/c"}])"}}, {}},
             {"a bad readiness gate",
              {{"spec.readinessGates", R"([{"conditionType":"a b"}])"}},
              {"spec.readinessGates[0].conditionType: Invalid value: \"a b\": name part..."}},
             {"a scheduling gate twice",
              {{"spec.schedulingGates", R"([{"name":"g"},{"name":"g"}])"}},
              {"spec.schedulingGates[1]: Duplicate value: \"g\""}},
             {"a claim without a source",
              {{"spec.resourceClaims", R"([{"name":"a"}])"}},
              {"spec.resourceClaims[0]: Invalid value: ..."}}});
}

TEST(pod_spec, on_the_host_network_ports_are_the_host_s) {
  run_rules("v1", "Pod", valid_pod,
            {{"the same number",
              {{"spec.hostNetwork", "true"},
               {"spec.containers[0].ports", R"([{"containerPort":80,"hostPort":80,"protocol":"TCP"}])"}},
              {}},
             {"another number",
              {{"spec.hostNetwork", "true"},
               {"spec.containers[0].ports", R"([{"containerPort":80,"hostPort":81,"protocol":"TCP"}])"}},
              {"spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` "
               "is true"}}});
}

} // namespace troupe::policies::validation
