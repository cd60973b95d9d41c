#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
const std::string set = with_template(
    R"("replicas":1,"podManagementPolicy":"OrderedReady","updateStrategy":{"type":"RollingUpdate",
"rollingUpdate":{"partition":0}},
  "persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain","whenScaled":"Retain"},"serviceName":"s",
"revisionHistoryLimit":10)");
}

TEST(stateful_set, of_a_new_one) {
  run_rules("apps/v1", "StatefulSet", set,
            {{"a good one", {}, {}},
             {"a name with a dot",
              {{"metadata.name", R"("a.b")"}},
              {"metadata.name: Invalid value: \"a.b\": must not contain dots"}},
             {"an unknown order",
              {{"spec.podManagementPolicy", R"("x")"}},
              {"spec.podManagementPolicy: Invalid value: \"x\": must be 'OrderedReady' or 'Parallel'"}},
             {"no strategy", {{"spec.updateStrategy", "{}"}}, {"spec.updateStrategy: Required value"}},
             {"on delete with rolling settings",
              {{"spec.updateStrategy.type", R"("OnDelete")"}},
              {"spec.updateStrategy.rollingUpdate: Invalid value: ..."}},
             {"a negative partition",
              {{"spec.updateStrategy.rollingUpdate.partition", "-1"}},
              {"spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0"}},
             {"an unknown retention",
              {{"spec.persistentVolumeClaimRetentionPolicy.whenScaled", R"("x")"}},
              {"spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"x\": supported values: "
               "\"Retain\", \"Delete\""}},
             {"ordinals below zero",
              {{"spec.ordinals.start", "-1"}},
              {"spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0"}},
             {"an empty selector", {{"spec.selector", "{}"}}, {"spec.selector: Invalid value: v1.LabelSelector{..."}},
             {"mounts of claims that are templates",
              {{"spec.template.spec.containers[0].volumeMounts", R"([{"name":"claim","mountPath":"/a"}])"}},
              {}}});
}

TEST(stateful_set, of_an_update) {
  const std::string refused = "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', "
                              "'ordinals', 'template', 'updateStrategy', "
                              "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  run_update_rules("apps/v1", "StatefulSet", set,
                   {{"replicas", {{"spec.replicas", "3"}}, {}},
                    {"the image", {{"spec.template.spec.containers[0].image", R"("i:2")"}}, {}},
                    {"the service", {{"spec.serviceName", R"("t")"}}, {refused}},
                    {"the history", {{"spec.revisionHistoryLimit", "5"}}, {refused}}});
}

} // namespace troupe::policies::validation
