#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(persistent_volume, of_a_new_one) {
  constexpr std::string_view volume =
      R"({"metadata":{"name":"v"},"spec":{"accessModes":["ReadWriteOnce"],"capacity":{"storage":"1Gi"},
"persistentVolumeReclaimPolicy":"Retain",
    "volumeMode":"Filesystem","hostPath":{"path":"/a","type":""}}})";
  run_rules("v1", "PersistentVolume", volume,
            {{"a good one", {}, {}},
             {"no mode", {{"spec.accessModes", "[]"}}, {"spec.accessModes: Required value"}},
             {"one pod and others",
              {{"spec.accessModes", R"(["ReadWriteOncePod","ReadWriteMany"])"}},
              {"spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"}},
             {"no capacity",
              {{"spec.capacity", "-"}},
              {"spec.capacity: Required value", "spec.capacity: Unsupported value: ..."}},
             {"no room",
              {{"spec.capacity.storage", R"("0")"}},
              {"spec.capacity[storage]: Invalid value: \"0\": must be greater than zero"}},
             {"no source", {{"spec.hostPath", "-"}}, {"spec: Required value: must specify a volume type"}},
             {"two sources",
              {{"spec.nfs", R"({"server":"s","path":"/a"})"}},
              {"spec.nfs: Forbidden: may not specify more than 1 volume type"}},
             {"local without a place",
              {{"spec.hostPath", "-"}, {"spec.local", R"({"path":"/a"})"}},
              {"spec.nodeAffinity: Required value: Local volume requires node affinity"}},
             {"recycling the root",
              {{"spec.hostPath.path", R"("/")"}, {"spec.persistentVolumeReclaimPolicy", R"("Recycle")"}},
              {"spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"}}});
  run_update_rules(
      "v1", "PersistentVolume", volume,
      {{"another policy", {{"spec.persistentVolumeReclaimPolicy", R"("Delete")"}}, {}},
       {"another path",
        {{"spec.hostPath.path", R"("/b")"}},
        {"spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n"}},
       {"another volume mode",
        {{"spec.volumeMode", R"("Block")"}},
        {"volumeMode: Invalid value: \"Block\": field is immutable"}}});
}

} // namespace troupe::policies::validation
