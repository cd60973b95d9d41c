#include "tests/policies/defaulting/defaults_table.hpp"

namespace troupe::policies::defaulting {

TEST(workload_defaults, of_the_apps_group) {
  run_defaults(
      "apps/v1", "Deployment",
      {{"rolls by a quarter", R"({"spec":{"template":{"spec":{}}}})",
        R"({"spec":{"replicas":1,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%",
"maxSurge":"25%"}},
          "revisionHistoryLimit":10,"progressDeadlineSeconds":600,"template":{"spec":{"restartPolicy":"Always"}}}})"},
       {"zero replicas stay", R"({"spec":{"replicas":0}})", R"({"spec":{"replicas":0}})"},
       {"recreate has no rolling settings", R"({"spec":{"strategy":{"type":"Recreate"}}})",
        R"({"spec":{"strategy":{"rollingUpdate":null}}})"}});
  run_defaults("apps/v1", "DaemonSet",
               {{"one node at a time", R"({"spec":{}})",
                 R"({"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,
"maxSurge":0}},"revisionHistoryLimit":10}})"}});
  run_defaults("apps/v1", "ReplicaSet", {{"one replica", R"({"spec":{}})", R"({"spec":{"replicas":1}})"}});
  run_defaults(
      "apps/v1", "StatefulSet",
      {{"ordered, rolling from zero", R"({"spec":{"volumeClaimTemplates":[{"spec":{}}]}})",
        R"({"spec":{"podManagementPolicy":"OrderedReady","updateStrategy":{"type":"RollingUpdate",
"rollingUpdate":{"partition":0}},"replicas":1,"revisionHistoryLimit":10,
          "persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain","whenScaled":"Retain"},
          "volumeClaimTemplates":[{"kind":"PersistentVolumeClaim","apiVersion":"v1",
"spec":{"volumeMode":"Filesystem"},"status":{"phase":"Pending"}}]}})"},
       {"a named strategy stays bare", R"({"spec":{"updateStrategy":{"type":"RollingUpdate"}}})",
        R"({"spec":{"updateStrategy":{"rollingUpdate":null}}})"}});
}

TEST(workload_defaults, of_the_batch_group) {
  run_defaults(
      "batch/v1", "Job",
      {{"one completion, six tries", R"({"spec":{"template":{"metadata":{"labels":{"a":"b"}}}}})",
        R"({"metadata":{"labels":{"a":"b"}},"spec":{"completions":1,"parallelism":1,"backoffLimit":6,
"completionMode":"NonIndexed","suspend":false,
          "manualSelector":false,"podReplacementPolicy":"TerminatingOrFailed"}})"},
       {"parallel without completions is a work queue", R"({"spec":{"parallelism":3}})",
        R"({"spec":{"parallelism":3,"completions":null}})"},
       {"a limit for each index lifts the total one", R"({"spec":{"backoffLimitPerIndex":1}})",
        R"({"spec":{"backoffLimit":2147483647}})"},
       {"failure rules look for true conditions",
        R"({"spec":{"podFailurePolicy":{"rules":[{"onPodConditions":[{"type":"X"}]}]}}})",
        R"({"spec":{"podFailurePolicy":{"rules":[{"onPodConditions":[{"status":"True"}]}]},
"podReplacementPolicy":"Failed"}})"}});
  run_defaults(
      "batch/v1", "CronJob",
      {{"keeps three good and one bad job", R"({"spec":{"jobTemplate":{"spec":{"template":{"spec":{}}}}}})",
        R"({"spec":{"concurrencyPolicy":"Allow","suspend":false,"successfulJobsHistoryLimit":3,
"failedJobsHistoryLimit":1,
          "jobTemplate":{"spec":{"backoffLimit":null,"template":{"spec":{"dnsPolicy":"ClusterFirst"}}}}}})"}});
}

} // namespace troupe::policies::defaulting
