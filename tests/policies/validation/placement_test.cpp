#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(placement, tolerations) {
  auto tolerate = [](std::string_view list) { return std::vector<change>{{"spec.tolerations", list}}; };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"everything", tolerate(R"([{"operator":"Exists"}])"), {}},
       {"nothing in particular",
        tolerate(R"([{}])"),
        {"spec.tolerations[0].operator: Invalid value: \"\": operator must be Exists when `key` is empty, which means "
         "\"match all values and all keys\""}},
       {"a time", tolerate(R"([{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":1}])"), {}},
       {"a time for another effect",
        tolerate(R"([{"key":"a","operator":"Exists","effect":"NoSchedule","tolerationSeconds":1}])"),
        {"spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when "
         "`tolerationSeconds` is set"}},
       {"a value that must not be",
        tolerate(R"([{"key":"a","operator":"Exists","value":"b"}])"),
        {"spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'"}},
       {"an unknown operator",
        tolerate(R"([{"key":"a","operator":"x"}])"),
        {"spec.tolerations[0].operator: Unsupported value: \"x\": supported values: \"Equal\", \"Exists\""}}});
}

TEST(placement, node_affinity) {
  auto required = [](std::string_view terms) {
    return std::vector<change>{
        {"spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms", terms}};
  };
  const std::string at = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
  run_rules(
      "v1", "Pod", valid_pod,
      {{"an expression", required(R"([{"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]}])"), {}},
       {"no terms", required("[]"), {at + ": Required value: must have at least one node selector term"}},
       {"no values",
        required(R"([{"matchExpressions":[{"key":"a","operator":"In"}]}])"),
        {at + "[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"}},
       {"two bounds",
        required(R"([{"matchExpressions":[{"key":"a","operator":"Gt","values":["1","2"]}]}])"),
        {at + "[0].matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' "
              "or 'Gt'"}},
       {"an unknown operator",
        required(R"([{"matchExpressions":[{"key":"a","operator":"x"}]}])"),
        {at + "[0].matchExpressions[0].operator: Invalid value: \"x\": not a valid selector operator"}},
       {"a node by name",
        required(R"([{"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]}])"),
        {}},
       {"another field",
        required(R"([{"matchFields":[{"key":"spec.x","operator":"In","values":["n"]}]}])"),
        {at + "[0].matchFields[0].key: Invalid value: \"spec.x\": not a valid field selector key"}},
       {"a weight",
        {{"spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution",
          R"([{"weight":100,"preference":{}}])"}},
        {}},
       {"a larger weight",
        {{"spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution",
          R"([{"weight":101,"preference":{}}])"}},
        {"spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: "
         "must be in the range 1-100"}}});
}

TEST(placement, pod_affinity_and_spread) {
  run_rules("v1", "Pod", valid_pod,
            {{"a term",
              {{"spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution",
                R"([{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"a":"b"}}}])"}},
              {}},
             {"a term without a topology",
              {{"spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution", "[{}]"}},
              {"spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required "
               "value: can not be empty",
               "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid "
               "value: \"\": name part must be non-empty",
               "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid "
               "value: \"\": name part must consist..."}},
             {"keys without a selector",
              {{"spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution",
                R"([{"topologyKey":"a","matchLabelKeys":["k"]}])"}},
              {"spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys: Forbidden: "
               "must not be specified when labelSelector is not set"}},
             {"a spread",
              {{"spec.topologySpreadConstraints",
                R"([{"maxSkew":1,"topologyKey":"a","whenUnsatisfiable":"DoNotSchedule","minDomains":1}])"}},
              {}},
             {"a spread without anything",
              {{"spec.topologySpreadConstraints", "[{}]"}},
              {"spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
               "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty",
               "spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"\": supported values: "
               "\"DoNotSchedule\", \"ScheduleAnyway\""}},
             {"the same spread twice",
              {{"spec.topologySpreadConstraints",
                R"([{"maxSkew":1,"topologyKey":"a","whenUnsatisfiable":"DoNotSchedule"},{"maxSkew":2,
"topologyKey":"a","whenUnsatisfiable":"DoNotSchedule"}])"}},
              {"spec.topologySpreadConstraints[1].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{a, "
               "DoNotSchedule}\""}},
             {"node labels",
              {{"spec.nodeSelector", R"({"a b":"c"})"}},
              {"spec.nodeSelector: Invalid value: \"a b\": name part must..."}}});
}

} // namespace troupe::policies::validation
