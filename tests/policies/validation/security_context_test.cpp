#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(security_context, of_pods_and_containers) {
  auto pod = [](std::string_view body) { return std::vector<change>{{"spec.securityContext", body}}; };
  auto container = [](std::string_view body) {
    return std::vector<change>{{"spec.containers[0].securityContext", body}};
  };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"ids", pod(R"({"runAsUser":0,"runAsGroup":2147483647,"fsGroup":1,"supplementalGroups":[1]})"), {}},
       {"an id below",
        pod(R"({"runAsUser":-1})"),
        {"spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive"}},
       {"an id above",
        container(R"({"runAsUser":2147483648})"),
        {"spec.containers[0].securityContext.runAsUser: Invalid value: 2147483648: must be between 0 and 2147483647, "
         "inclusive"}},
       {"a sysctl", pod(R"({"sysctls":[{"name":"kernel.shm_rmid_forced","value":"1"}]})"), {}},
       {"a sysctl twice",
        pod(R"({"sysctls":[{"name":"a.b"},{"name":"a.b"}]})"),
        {"spec.securityContext.sysctls[1].name: Duplicate value: \"a.b\""}},
       {"a bad sysctl",
        pod(R"({"sysctls":[{"name":"a..b"}]})"),
        {"spec.securityContext.sysctls[0].name: Invalid value: \"a..b\": must have at most 253 characters and match "
         "regex..."}},
       {"a profile", pod(R"({"seccompProfile":{"type":"RuntimeDefault"}})"), {}},
       {"a profile without a type",
        pod(R"({"seccompProfile":{}})"),
        {"spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set"}},
       {"a local profile without a name",
        pod(R"({"seccompProfile":{"type":"Localhost"}})"),
        {"spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is "
         "Localhost"}},
       {"a named profile that is not local",
        container(R"({"seccompProfile":{"type":"Unconfined","localhostProfile":"a"}})"),
        {"spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: ..."}},
       {"privileged", container(R"({"privileged":true})"), {}},
       {"privileged without escalation",
        container(R"({"privileged":true,"allowPrivilegeEscalation":false})"),
        {"spec.containers[0].securityContext: Invalid value: ..."}},
       {"a policy",
        pod(R"({"fsGroupChangePolicy":"x"})"),
        {"spec.securityContext.fsGroupChangePolicy: Unsupported value: \"x\": supported values: \"Always\", "
         "\"OnRootMismatch\""}},
       {"own users on the host network",
        {{"spec.hostUsers", "false"}, {"spec.hostNetwork", "true"}},
        {"spec.hostNetwork: Forbidden: when `pod.Spec.HostUsers` is false"}}});
}

} // namespace troupe::policies::validation
