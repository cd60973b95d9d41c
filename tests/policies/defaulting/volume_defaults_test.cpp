#include "tests/policies/defaulting/defaults_table.hpp"

namespace troupe::policies::defaulting {

TEST(volume_defaults, in_pods) {
  run_defaults(
      "v1", "Pod",
      {{"a volume without a source is an empty directory", R"({"spec":{"volumes":[{"name":"a"}]}})",
        R"({"spec":{"volumes":[{"name":"a","emptyDir":{}}]}})"},
       {"modes are 0644", R"({"spec":{"volumes":[{"name":"a","secret":{"secretName":"s"}},{"name":"b",
"configMap":{"name":"c","defaultMode":256}}]}})",
        R"({"spec":{"volumes":[{"emptyDir":null,"secret":{"defaultMode":420}},
{"configMap":{"defaultMode":256}}]}})"},
       {"projected sources",
        R"({"spec":{"volumes":[{"name":"a","projected":{"sources":[{"serviceAccountToken":{"path":"t"}},
          {"downwardAPI":{"items":[{"path":"n","fieldRef":{"fieldPath":"metadata.namespace"}}]}}]}}]}})",
        R"({"spec":{"volumes":[{"projected":{"defaultMode":420,
"sources":[{"serviceAccountToken":{"expirationSeconds":3600}},
          {"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1"}}]}}]}}]}})"},
       {"host paths have an empty type", R"({"spec":{"volumes":[{"name":"a","hostPath":{"path":"/x"}}]}})",
        R"({"spec":{"volumes":[{"hostPath":{"type":""}}]}})"},
       {"ephemeral claims are file systems",
        R"({"spec":{"volumes":[{"name":"a","ephemeral":{"volumeClaimTemplate":{"spec":{}}}}]}})",
        R"({"spec":{"volumes":[{"ephemeral":{"volumeClaimTemplate":{
"spec":{"volumeMode":"Filesystem"}}}}]}})"},
       {"older drivers", R"({"spec":{"volumes":[{"name":"a","iscsi":{}},{"name":"b","rbd":{}},{"name":"c",
"azureDisk":{}},{"name":"d","scaleIO":{}}]}})",
        R"({"spec":{"volumes":[{"iscsi":{"iscsiInterface":"default"}},{"rbd":{"pool":"rbd","user":"admin",
"keyring":"/etc/ceph/keyring"}},
          {"azureDisk":{"cachingMode":"ReadWrite","fsType":"ext4","readOnly":false,"kind":"Shared"}},
{"scaleIO":{"storageMode":"ThinProvisioned","fsType":"xfs"}}]}})"}});
}

} // namespace troupe::policies::defaulting
