#include "tests/policies/defaulting/defaults_table.hpp"

namespace troupe::policies::defaulting {

TEST(cluster_defaults, autoscaler) {
  run_defaults(
      "autoscaling/v2", "HorizontalPodAutoscaler",
      {{"by CPU at 80 percent", R"({"spec":{"behavior":{"scaleDown":{"policies":[]}}}})",
        R"({"spec":{"minReplicas":1,"metrics":[{"type":"Resource","resource":{"name":"cpu",
"target":{"type":"Utilization","averageUtilization":80}}}],
          "behavior":{"scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods",
"value":4,"periodSeconds":15},{"type":"Percent","value":100,"periodSeconds":15}]},
                      "scaleDown":{"selectPolicy":"Max","policies":[],"stabilizationWindowSeconds":null}}}})"}});
  run_defaults("autoscaling/v1", "HorizontalPodAutoscaler",
               {{"the older form", R"({"spec":{}})",
                 R"({"spec":{"minReplicas":1,"targetCPUUtilizationPercentage":80,"metrics":null}})"}});
}

TEST(cluster_defaults, classes_and_bindings) {
  run_defaults("rbac.authorization.k8s.io/v1", "ClusterRoleBinding",
               {{"groups of subjects", R"({"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"},
{"kind":"ServiceAccount","name":"s"}]})",
                 R"({"roleRef":{"apiGroup":"rbac.authorization.k8s.io"},
"subjects":[{"apiGroup":"rbac.authorization.k8s.io"},{"apiGroup":null}]})"}});
  run_defaults("storage.k8s.io/v1", "StorageClass",
               {{"delete at once", "{}", R"({"reclaimPolicy":"Delete","volumeBindingMode":"Immediate"})"}});
  run_defaults("storage.k8s.io/v1", "CSIDriver",
               {{"attached, persistent", R"({"spec":{}})", R"({"spec":{"attachRequired":true,"podInfoOnMount":false,
"volumeLifecycleModes":["Persistent"]}})"}});
  run_defaults("scheduling.k8s.io/v1", "PriorityClass",
               {{"may preempt", "{}", R"({"preemptionPolicy":"PreemptLowerPriority"})"}});
  run_defaults("node.k8s.io/v1", "RuntimeClass",
               {{"overhead is canonical", R"({"overhead":{"podFixed":{"cpu":"1000m"}}})",
                 R"({"overhead":{"podFixed":{"cpu":"1"}}})"}});
  run_defaults("authentication.k8s.io/v1", "TokenRequest",
               {{"an hour", "{}", R"({"spec":{"expirationSeconds":3600}})"}});
  run_defaults("policy/v1", "PodDisruptionBudget",
               {{"the marker of old empty selectors goes", R"({"spec":{"selector":{"matchLabels":{"a":"b",
"pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match":""}}}})",
                 R"({"spec":{"selector":{"matchLabels":{"a":"b",
"pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match":null}}}})"}});
}

} // namespace troupe::policies::defaulting
