#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(volume_files, items_and_projections) {
  auto volumes = [](std::string_view list) { return std::vector<change>{{"spec.volumes", list}}; };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"an item", volumes(R"([{"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"a/b"}]}}])"), {}},
       {"an item without key and path",
        volumes(R"([{"name":"v","secret":{"secretName":"s","items":[{}]}}])"),
        {"spec.volumes[0].secret.items[0].key: Required value",
         "spec.volumes[0].secret.items[0].path: Required value"}},
       {"an item upwards",
        volumes(R"([{"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"../b"}]}}])"),
        {"spec.volumes[0].secret.items[0].path: Invalid value: \"../b\": must not contain '..'"}},
       {"an item that starts with two dots",
        volumes(R"([{"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"..b"}]}}])"),
        {"spec.volumes[0].secret.items[0].path: Invalid value: \"..b\": must not start with '..'"}},
       {"downward",
        volumes(R"([{"name":"v","downwardAPI":{"items":[{"path":"l","fieldRef":{"apiVersion":"v1",
"fieldPath":"metadata.labels"}}]}}])"),
        {}},
       {"downward without a source",
        volumes(R"([{"name":"v","downwardAPI":{"items":[{"path":"l"}]}}])"),
        {"spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"}},
       {"downward of a field that is for variables",
        volumes(R"([{"name":"v","downwardAPI":{"items":[{"path":"l","fieldRef":{"apiVersion":"v1",
"fieldPath":"status.podIP"}}]}}])"),
        {"spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: \"status.podIP\": ..."}},
       {"downward of a resource without a container",
        volumes(R"([{"name":"v","downwardAPI":{"items":[{"path":"l",
"resourceFieldRef":{"resource":"limits.cpu"}}]}}])"),
        {"spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value"}},
       {"a token of ten minutes",
        volumes(R"([{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t",
"expirationSeconds":600}}]}}])"),
        {}},
       {"a shorter token",
        volumes(R"([{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t",
"expirationSeconds":599}}]}}])"),
        {"spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not "
         "specify a duration less than 10 minutes"}},
       {"two files in one place",
        volumes(R"([{"name":"v","projected":{"sources":[{"secret":{"name":"s","items":[{"key":"a",
"path":"x"}]}},{"configMap":{"name":"m","items":[{"key":"a","path":"x"}]}}]}}])"),
        {"spec.volumes[0].projected: Invalid value: \"m\": conflicting duplicate paths"}},
       {"two kinds in one source",
        volumes(R"([{"name":"v","projected":{"sources":[{"secret":{"name":"s"},"configMap":{"name":"m"}}]}}])"),
        {"spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source"}}});
}

} // namespace troupe::policies::validation
