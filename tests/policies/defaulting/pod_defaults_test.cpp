#include "tests/policies/defaulting/defaults_table.hpp"

namespace troupe::policies::defaulting {

TEST(pod_defaults, of_the_spec) {
  run_defaults("v1", "Pod",
               {{"an empty spec gets every scalar", R"({"spec":{}})",
                 R"({"spec":{"dnsPolicy":"ClusterFirst","restartPolicy":"Always","securityContext":{},
          "terminationGracePeriodSeconds":30,"schedulerName":"default-scheduler","enableServiceLinks":true}})"},
                {"what is set stays",
                 R"({"spec":{"dnsPolicy":"Default","restartPolicy":"Never","terminationGracePeriodSeconds":0,
          "schedulerName":"mine","enableServiceLinks":false,"securityContext":{"runAsUser":1}}})",
                 R"({"spec":{"dnsPolicy":"Default","restartPolicy":"Never","terminationGracePeriodSeconds":0,
          "schedulerName":"mine","enableServiceLinks":false,"securityContext":{"runAsUser":1}}})"},
                {"a negative grace period is one second", R"({"spec":{"terminationGracePeriodSeconds":-5}})",
                 R"({"spec":{"terminationGracePeriodSeconds":1}})"},
                {"the old account field fills the new one", R"({"spec":{"serviceAccount":"a"}})",
                 R"({"spec":{"serviceAccountName":"a","serviceAccount":"a"}})"},
                {"the new account field wins", R"({"spec":{"serviceAccount":"a","serviceAccountName":"b"}})",
                 R"({"spec":{"serviceAccountName":"b","serviceAccount":"b"}})"},
                {"an object without a spec stays", R"({"metadata":{"name":"x"}})", R"({"spec":null})"},
                {"a spec of the wrong type stays", R"({"spec":7})", R"({"spec":7})"}});
}

TEST(pod_defaults, pull_policy_follows_the_tag) {
  const std::vector<std::pair<std::string, std::string>> images{
      {"nginx", "Always"},        {"nginx:latest", "Always"},           {"nginx:1.25", "IfNotPresent"},
      {"", "IfNotPresent"},       {"host:5000/nginx", "Always"},        {"host:5000/nginx:v1", "IfNotPresent"},
      {"a/b/c:latest", "Always"}, {"nginx@sha256:abc", "IfNotPresent"}, {"nginx:latest@sha256:abc", "Always"},
      {"UPPER", "IfNotPresent"}};
  for (auto& [image, policy] : images) {
    SCOPED_TRACE(image);
    api::json::object spec{{"containers", api::json::array{api::json::object{{"image", image}}}}};
    set_pod_spec_defaults(spec);
    EXPECT_EQ(api::string_at(spec["containers"].as_array()[0], {"imagePullPolicy"}), policy);
  }
}

TEST(pod_defaults, of_containers) {
  run_defaults(
      "v1", "Pod",
      {{"messages, ports and field references", R"({"spec":{"containers":[{"ports":[{"containerPort":80}],
          "env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}})",
        R"({"spec":{"containers":[{"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",
          "ports":[{"containerPort":80,"protocol":"TCP","hostPort":null}],"resources":{},
          "env":[{"valueFrom":{"fieldRef":{"apiVersion":"v1"}}}]}]}})"},
       {"host network takes the container port",
        R"({"spec":{"hostNetwork":true,"containers":[{"ports":[{"containerPort":80}]}]}})",
        R"({"spec":{"containers":[{"ports":[{"hostPort":80}]}]}})"},
       {"limits fill missing requests", R"({"spec":{"containers":[{"resources":{"limits":{"cpu":"1","memory":"1Gi"},
"requests":{"cpu":"500m"}}}]}})",
        R"({"spec":{"containers":[{"resources":{"requests":{"cpu":"500m","memory":"1Gi"}}}]}})"},
       {"quantities become canonical",
        R"({"spec":{"containers":[{"resources":{"requests":{"cpu":"1000m","memory":2048}}}],
"overhead":{"cpu":"0.1"}}})",
        R"({"spec":{"containers":[{"resources":{"requests":{"cpu":"1","memory":"2048"}}}],
"overhead":{"cpu":"100m"}}})"},
       {"init and ephemeral containers too",
        R"({"spec":{"initContainers":[{"image":"a:1"}],"ephemeralContainers":[{"image":"a"}]}})",
        R"({"spec":{"initContainers":[{"imagePullPolicy":"IfNotPresent"}],
"ephemeralContainers":[{"imagePullPolicy":"Always"}]}})"}});
}

TEST(pod_defaults, of_probes_and_hooks) {
  run_defaults(
      "v1", "Pod",
      {{"probe numbers and http get",
        R"({"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":80}},"readinessProbe":{"periodSeconds":3,
"exec":{"command":["a"]}},
          "startupProbe":{"grpc":{"port":1}},"lifecycle":{"preStop":{"httpGet":{"port":1}}}}]}})",
        R"({"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":80,"path":"/","scheme":"HTTP"},
"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},
          "readinessProbe":{"periodSeconds":3},"startupProbe":{"grpc":{"service":""}},
          "lifecycle":{"preStop":{"httpGet":{"path":"/","scheme":"HTTP"}}}}]}})"}});
}

TEST(pod_defaults, status_addresses_are_aligned) {
  run_defaults("v1", "Pod",
               {{"the single form fills the list", R"({"spec":{},"status":{"podIP":"10.0.0.1"}})",
                 R"({"status":{"podIPs":[{"ip":"10.0.0.1"}]}})"},
                {"the list fills the single form", R"({"spec":{},"status":{"podIPs":[{"ip":"10.0.0.1"}]}})",
                 R"({"status":{"podIP":"10.0.0.1"}})"}});
}

TEST(pod_defaults, templates_get_the_spec_defaults_but_not_those_of_pods) {
  run_defaults("v1", "PodTemplate",
               {{"no service links, no requests from limits",
                 R"({"template":{"spec":{"containers":[{"image":"a:1","resources":{"limits":{"cpu":"1"}}}]}}})",
                 R"({"template":{"spec":{"dnsPolicy":"ClusterFirst","enableServiceLinks":null,
"containers":[{"resources":{"requests":null}}]}}})"}});
}

} // namespace troupe::policies::defaulting
