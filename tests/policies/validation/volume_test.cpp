#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(volume, sources) {
  auto volumes = [](std::string_view list) { return std::vector<change>{{"spec.volumes", list}}; };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"a directory", volumes(R"([{"name":"v","emptyDir":{}}])"), {}},
       {"no name", volumes(R"([{"emptyDir":{}}])"), {"spec.volumes[0].name: Required value"}},
       {"a bad name",
        volumes(R"([{"name":"V","emptyDir":{}}])"),
        {"spec.volumes[0].name: Invalid value: \"V\": a lowercase RFC 1123 label..."}},
       {"the same name twice",
        volumes(R"([{"name":"v","emptyDir":{}},{"name":"v","emptyDir":{}}])"),
        {"spec.volumes[1].name: Duplicate value: \"v\""}},
       {"no source", volumes(R"([{"name":"v"}])"), {"spec.volumes[0]: Required value: must specify a volume type"}},
       {"two sources",
        volumes(R"([{"name":"v","emptyDir":{},"hostPath":{"path":"/a"}}])"),
        {"spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"}},
       {"a host path", volumes(R"([{"name":"v","hostPath":{"path":"/a","type":"Directory"}}])"), {}},
       {"a host path upwards",
        volumes(R"([{"name":"v","hostPath":{"path":"/a/.."}}])"),
        {"spec.volumes[0].hostPath.path: Invalid value: \"/a/..\": must not contain '..'"}},
       {"a host path of no type",
        volumes(R"([{"name":"v","hostPath":{"path":"/a","type":"x"}}])"),
        {"spec.volumes[0].hostPath.type: Unsupported value: \"x\": ..."}},
       {"a secret without a name",
        volumes(R"([{"name":"v","secret":{}}])"),
        {"spec.volumes[0].secret.secretName: Required value"}},
       {"a map with a mode", volumes(R"([{"name":"v","configMap":{"name":"m","defaultMode":511}}])"), {}},
       {"a map with a larger mode",
        volumes(R"([{"name":"v","configMap":{"name":"m","defaultMode":512}}])"),
        {"spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both "
         "inclusive"}},
       {"a claim without a name",
        volumes(R"([{"name":"v","persistentVolumeClaim":{}}])"),
        {"spec.volumes[0].persistentVolumeClaim.claimName: Required value"}},
       {"nfs",
        volumes(R"([{"name":"v","nfs":{"server":"s","path":"a"}}])"),
        {"spec.volumes[0].nfs.path: Invalid value: \"a\": must be an absolute path"}},
       {"csi", volumes(R"([{"name":"v","csi":{}}])"), {"spec.volumes[0].csi.driver: Required value"}},
       {"an older driver",
        volumes(R"([{"name":"v","iscsi":{"iqn":"x"}}])"),
        {"spec.volumes[0].iscsi.targetPortal: Required value"}},
       {"a negative size",
        volumes(R"([{"name":"v","emptyDir":{"sizeLimit":"-1"}}])"),
        {"spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"}}});
}

TEST(volume, claims_of_the_pod) {
  constexpr std::string_view claim =
      R"({"name":"v","ephemeral":{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],
"resources":{"requests":{"storage":"1Gi"}}}}}})";
  auto list = "[" + std::string(claim) + "]",
       with_reference = "[" + std::string(claim) + R"(,{"name":"w","persistentVolumeClaim":{"claimName":"p-v"}}])";
  run_rules("v1", "Pod", valid_pod,
            {{"a template", {{"spec.volumes", list}}, {}},
             {"no template",
              {{"spec.volumes", R"([{"name":"v","ephemeral":{}}])"}},
              {"spec.volumes[0].ephemeral.volumeClaimTemplate: Required value"}},
             {"a reference to what the template makes",
              {{"spec.volumes", with_reference}},
              {"spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: \"p-v\": must not reference a PVC that "
               "gets created for an ephemeral volume"}}});
}

} // namespace troupe::policies::validation
