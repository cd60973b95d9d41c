#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
const std::string deployment =
    with_template(R"("replicas":1,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%",
"maxSurge":"25%"}},"progressDeadlineSeconds":600)");
}

TEST(deployment, spec) {
  run_rules(
      "apps/v1", "Deployment", deployment,
      {{"a good one", {}, {}},
       {"no replicas", {{"spec.replicas", "0"}}, {}},
       {"fewer than none",
        {{"spec.replicas", "-1"}},
        {"spec.replicas: Invalid value: -1: must be greater than or equal to 0"}},
       {"no selector", {{"spec.selector", "-"}}, {"spec.selector: Required value"}},
       {"an empty selector",
        {{"spec.selector", "{}"}},
        {"spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), "
         "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment"}},
       {"a selector for others",
        {{"spec.selector.matchLabels", R"({"app":"y"})"}},
        {"spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"x\"}: `selector` does not match "
         "template `labels`"}},
       {"pods that end",
        {{"spec.template.spec.restartPolicy", R"("Never")"}},
        {"spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\""}},
       {"pods with a deadline",
        {{"spec.template.spec.activeDeadlineSeconds", "5"}},
        {"spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"}},
       {"a bad container in the template",
        {{"spec.template.spec.containers[0].name", R"("")"}},
        {"spec.template.spec.containers[0].name: Required value"}},
       {"a deadline before pods count as ready",
        {{"spec.minReadySeconds", "600"}},
        {"spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"}}});
}

TEST(deployment, strategy) {
  run_rules("apps/v1", "Deployment", deployment,
            {{"recreate", {{"spec.strategy", R"({"type":"Recreate"})"}}, {}},
             {"recreate with rolling settings",
              {{"spec.strategy.type", R"("Recreate")"}},
              {"spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"}},
             {"an unknown one", {{"spec.strategy.type", R"("x")"}}, {"spec.strategy: Unsupported value: ..."}},
             {"nothing may move",
              {{"spec.strategy.rollingUpdate", R"({"maxUnavailable":0,"maxSurge":"0%"})"}},
              {"spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"}},
             {"all at once", {{"spec.strategy.rollingUpdate.maxUnavailable", R"("100%")"}}, {}},
             {"more than all",
              {{"spec.strategy.rollingUpdate.maxUnavailable", R"("101%")"}},
              {"spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%"}},
             {"no percentage",
              {{"spec.strategy.rollingUpdate.maxSurge", R"("x")"}},
              {"spec.strategy.rollingUpdate.maxSurge: Invalid value: \"x\": a valid percent string must be..."}}});
}

TEST(deployment, update) {
  run_update_rules("apps/v1", "Deployment", deployment,
                   {{"another image", {{"spec.template.spec.containers[0].image", R"("i:2")"}}, {}},
                    {"another selector",
                     {{"spec.selector.matchLabels.b", R"("c")"}, {"spec.template.metadata.labels.b", R"("c")"}},
                     {"spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"x\", "
                      "\"b\":\"c\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"}}});
}

TEST(deployment, replica_sets_and_replication_controllers) {
  auto set = with_template(R"("replicas":1)");
  run_rules("apps/v1", "ReplicaSet", set,
            {{"a good one", {}, {}},
             {"fewer than none",
              {{"spec.replicas", "-1"}},
              {"spec.replicas: Invalid value: -1: must be greater than or equal to 0"}}});
  run_update_rules("apps/v1", "ReplicaSet", set,
                   {{"another selector",
                     {{"spec.selector.matchLabels.app", R"("y")"}, {"spec.template.metadata.labels.app", R"("y")"}},
                     {"spec.selector: Invalid value: v1.LabelSelector{..."}}});
  auto controller = api::json::parse(set).as_object();
  api::set_at(controller, {"spec", "selector"}, api::json::parse(R"({"app":"x"})"));
  run_rules("v1", "ReplicationController", api::json::serialize(controller),
            {{"a good one", {}, {}},
             {"no selector", {{"spec.selector", "-"}}, {"spec.selector: Required value"}},
             {"a selector for others",
              {{"spec.selector.app", R"("y")"}},
              {"spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"x\"}: `selector` does not "
               "match template `labels`"}}});
}

} // namespace troupe::policies::validation
