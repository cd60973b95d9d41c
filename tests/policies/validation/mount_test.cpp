#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(mount, of_volumes) {
  auto mounts = [](std::string_view list) {
    return std::vector<change>{
        {"spec.volumes", R"([{"name":"v","emptyDir":{}},{"name":"p","persistentVolumeClaim":{"claimName":"c"}}])"},
        {"spec.containers[0].volumeMounts", list}};
  };
  run_rules("v1", "Pod", valid_pod,
            {{"a mount", mounts(R"([{"name":"v","mountPath":"/a"}])"), {}},
             {"no such volume",
              mounts(R"([{"name":"x","mountPath":"/a"}])"),
              {"spec.containers[0].volumeMounts[0].name: Not found: \"x\""}},
             {"no path", mounts(R"([{"name":"v"}])"), {"spec.containers[0].volumeMounts[0].mountPath: Required value"}},
             {"the same path twice",
              mounts(R"([{"name":"v","mountPath":"/a"},{"name":"p","mountPath":"/a"}])"),
              {"spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique"}},
             {"a sub path upwards",
              mounts(R"([{"name":"v","mountPath":"/a","subPath":"a/../b"}])"),
              {"spec.containers[0].volumeMounts.subPath: Invalid value: \"a/../b\": must not contain '..'"}},
             {"an absolute sub path",
              mounts(R"([{"name":"v","mountPath":"/a","subPath":"/b"}])"),
              {"spec.containers[0].volumeMounts.subPath: Invalid value: \"/b\": must be a relative path"}},
             {"both kinds of sub path",
              mounts(R"([{"name":"v","mountPath":"/a","subPath":"b","subPathExpr":"c"}])"),
              {"spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: \"c\": subPathExpr and subPath are "
               "mutually exclusive"}},
             {"propagation both ways",
              mounts(R"([{"name":"v","mountPath":"/a","mountPropagation":"Bidirectional"}])"),
              {"spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is "
               "available only to privileged containers"}},
             {"recursive but writable",
              mounts(R"([{"name":"v","mountPath":"/a","recursiveReadOnly":"Enabled"}])"),
              {"spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is "
               "true"}}});
}

TEST(mount, of_devices) {
  auto devices = [](std::string_view list) {
    return std::vector<change>{
        {"spec.volumes", R"([{"name":"v","emptyDir":{}},{"name":"p","persistentVolumeClaim":{"claimName":"c"}}])"},
        {"spec.containers[0].volumeDevices", list}};
  };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"a claim", devices(R"([{"name":"p","devicePath":"/dev/a"}])"), {}},
       {"a directory",
        devices(R"([{"name":"v","devicePath":"/dev/a"}])"),
        {"spec.containers[0].volumeDevices[0].name: Invalid value: \"v\": can only use volume source type of "
         "PersistentVolumeClaim or Ephemeral for block mode"}},
       {"no path", devices(R"([{"name":"p"}])"), {"spec.containers[0].volumeDevices[0].devicePath: Required value"}},
       {"a path upwards",
        devices(R"([{"name":"p","devicePath":"/dev/../a"}])"),
        {"spec.containers[0].volumeDevices[0].devicePath: Invalid value: \"/dev/../a\": can not contain backsteps "
         "('..')"}}});
}

} // namespace troupe::policies::validation
