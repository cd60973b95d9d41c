#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(environment, variables) {
  auto env = [](std::string_view list) { return std::vector<change>{{"spec.containers[0].env", list}}; };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"a value", env(R"([{"name":"A","value":"b"}])"), {}},
       {"no name", env(R"([{"value":"b"}])"), {"spec.containers[0].env[0].name: Required value"}},
       {"an equals sign",
        env(R"([{"name":"A=B"}])"),
        {"spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment variable name must consist only "
         "of printable ASCII characters other than '='"}},
       {"a field",
        env(R"([{"name":"A","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"}}}])"),
        {}},
       {"a label",
        env(R"([{"name":"A","valueFrom":{"fieldRef":{"apiVersion":"v1",
"fieldPath":"metadata.labels['app']"}}}])"),
        {}},
       {"all labels",
        env(R"([{"name":"A","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.labels"}}}])"),
        {"spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"metadata.labels\": supported "
         "values: \"metadata.name\", ..."}},
       {"an unknown field",
        env(R"([{"name":"A","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"spec.x"}}}])"),
        {"spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x\": error converting "
         "fieldPath: field label not supported: spec.x"}},
       {"a resource",
        env(R"([{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"1m"}}}])"),
        {}},
       {"a bad divisor",
        env(R"([{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"2"}}}])"),
        {"spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only divisor's "
         "values 1m and 1 are supported with the cpu resource"}},
       {"an unknown resource",
        env(R"([{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"x"}}}])"),
        {"spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: \"x\": supported values: "
         "\"limits.cpu\", ..."}},
       {"a key", env(R"([{"name":"A","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}])"), {}},
       {"a reference without key",
        env(R"([{"name":"A","valueFrom":{"configMapKeyRef":{"name":"s"}}}])"),
        {"spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Required value"}},
       {"no source",
        env(R"([{"name":"A","valueFrom":{}}])"),
        {"spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, "
         "`resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"}},
       {"a value and a source",
        env(R"([{"name":"A","value":"b","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}])"),
        {"spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty"}},
       {"two sources",
        env(R"([{"name":"A","valueFrom":{"secretKeyRef":{"name":"s","key":"k"},
"configMapKeyRef":{"name":"s","key":"k"}}}])"),
        {"spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not have more than one field specified at a "
         "time"}}});
}

TEST(environment, imports) {
  auto from = [](std::string_view list) { return std::vector<change>{{"spec.containers[0].envFrom", list}}; };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"a map", from(R"([{"prefix":"A_","configMapRef":{"name":"m"}}])"), {}},
       {"nothing",
        from("[{}]"),
        {"spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`"}},
       {"both",
        from(R"([{"configMapRef":{"name":"m"},"secretRef":{"name":"s"}}])"),
        {"spec.containers[0].envFrom: Invalid value: \"\": may not have more than one field specified at a time"}},
       {"no name", from(R"([{"secretRef":{}}])"), {"spec.containers[0].envFrom[0].secretRef.name: Required value"}}});
}

} // namespace troupe::policies::validation
