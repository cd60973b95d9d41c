#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(autoscaler, of_a_new_one) {
  auto metric = [](std::string_view body) { return std::vector<change>{{"spec.metrics[0]", body}}; };
  run_rules(
      "autoscaling/v2", "HorizontalPodAutoscaler",
      R"({"metadata":{"name":"h","namespace":"n"},"spec":{"minReplicas":1,"maxReplicas":3,
"scaleTargetRef":{"kind":"Deployment","name":"d"},"metrics":[{"type":"Resource",
"resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]}})",
      {{"a good one", {}, {}},
       {"no replicas",
        {{"spec.minReplicas", "0"}},
        {"spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"}},
       {"fewer than the least",
        {{"spec.minReplicas", "4"}},
        {"spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"}},
       {"no target",
        {{"spec.scaleTargetRef", "{}"}},
        {"spec.scaleTargetRef.kind: Required value", "spec.scaleTargetRef.name: Required value"}},
       {"an unknown type", metric(R"({"type":"x"})"), {"spec.metrics[0].type: Unsupported value: \"x\": ..."}},
       {"no source",
        metric(R"({"type":"Pods"})"),
        {"spec.metrics[0].pods: Required value: must populate information for the given metric source"}},
       {"nothing to reach",
        metric(R"({"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization"}}})"),
        {"spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a "
         "target utilization"}},
       {"a share of nothing",
        metric(R"({"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization",
"averageUtilization":0}}})"),
        {"spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0"}},
       {"a metric of pods",
        metric(R"({"type":"Pods","pods":{"metric":{"name":"m"},"target":{"type":"AverageValue",
"averageValue":"1"}}})"),
        {}},
       {"the longest window",
        {{"spec.behavior.scaleDown", R"({"stabilizationWindowSeconds":3600,"policies":[{"type":"Pods","value":1,
"periodSeconds":1800}]})"}},
        {}},
       {"a longer window",
        {{"spec.behavior.scaleDown", R"({"stabilizationWindowSeconds":3601,"policies":[{"type":"Pods","value":1,
"periodSeconds":1801}]})"}},
        {"spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600",
         "spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to "
         "1800"}}});
}

} // namespace troupe::policies::validation
