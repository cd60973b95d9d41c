#include "policies/validation/pod_spec.hpp"
#include <map>
#include <set>

namespace troupe::policies::validation {

namespace {

using paths_by_name = std::map<std::string_view, std::string_view>;

paths_by_name paths_of(const json::object& container, std::string_view list, std::string_view path) {
  paths_by_name out;
  for_each(api::array_at(container, {list}), [&](std::size_t, const json::object& entry) {
    out[api::string_at(entry, {"name"})] = api::string_at(entry, {path});
  });
  return out;
}

bool has_path(const paths_by_name& paths, std::string_view path) {
  for (auto& [name, used] : paths)
    if (used == path) return true;
  return false;
}

void check_sub_paths(report& out, const field_path& list, const field_path& at, const json::object& mount,
                     const json::object* volume) {
  auto path = api::string_at(mount, {"subPath"}), expression = api::string_at(mount, {"subPathExpr"});
  if (volume && volume->contains("image"))
    for (auto name : {"subPath", "subPathExpr"})
      if (auto text = api::string_at(mount, {name}); !text.empty())
        out.invalid(at / name, text, "not allowed in image volume sources");
  if (!path.empty()) check_local_path(out, list / "subPath", path);
  if (expression.empty()) return;
  if (!path.empty()) out.invalid(at / "subPathExpr", expression, "subPathExpr and subPath are mutually exclusive");
  check_local_path(out, list / "subPathExpr", expression);
}

void check_modes(report& out, const field_path& list, const json::object& mount, bool privileged) {
  auto propagation = api::string_at(mount, {"mountPropagation"});
  if (!absent(mount, "mountPropagation")) {
    check_optional_one_of(out, list, mount, "mountPropagation", {"Bidirectional", "HostToContainer", "None"});
    if (propagation == "Bidirectional" && !privileged)
      out.forbidden(list / "mountPropagation",
                    "Bidirectional mount propagation is available only to privileged containers");
  }
  if (absent(mount, "recursiveReadOnly")) return;
  auto recursive = api::string_at(mount, {"recursiveReadOnly"});
  auto at = list / "recursiveReadOnly";
  if (recursive == "Enabled" || recursive == "IfPossible") {
    if (!api::bool_at(mount, {"readOnly"})) out.forbidden(at, "may only be specified when readOnly is true");
    if (!propagation.empty() && propagation != "None")
      out.forbidden(at, "may only be specified when mountPropagation is None or not specified");
  } else if (recursive != "Disabled") {
    out.not_supported(at, recursive, {"Disabled", "Enabled", "IfPossible"});
  }
}

void check_device(report& out, const field_path& at, const json::object& device, const pod_view& pod,
                  const paths_by_name& mounts) {
  auto name = api::string_at(device, {"name"}), path = api::string_at(device, {"devicePath"});
  if (name.empty()) out.required(at / "name");
  auto volume = pod.volumes.find(name);
  if (volume == pod.volumes.end())
    out.not_found(at / "name", name);
  else if (!volume->second->contains("persistentVolumeClaim") && !volume->second->contains("ephemeral"))
    out.invalid(at / "name", name,
                "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
  if (path.empty()) out.required(at / "devicePath");
  api::field_errors steps;
  report backsteps(steps);
  check_no_backsteps(backsteps, at, path);
  if (!steps.empty()) out.invalid(at / "devicePath", path, "can not contain backsteps ('..')");
  if (mounts.contains(name)) out.invalid(at / "name", name, "must not already exist in volumeMounts");
  if (has_path(mounts, path)) out.invalid(at / "devicePath", path, "must not already exist as a path in volumeMounts");
}

} // namespace

void check_mounts(report& out, const field_path& container, const json::object& spec, const pod_view& pod) {
  auto list = container / "volumeMounts", devices_at = container / "volumeDevices";
  auto *mounts = api::array_at(spec, {"volumeMounts"}), *devices = api::array_at(spec, {"volumeDevices"});
  if (!mounts && !devices) return;
  auto device_paths = paths_of(spec, "volumeDevices", "devicePath"),
       mount_paths = paths_of(spec, "volumeMounts", "mountPath");
  bool privileged = api::bool_at(spec, {"securityContext", "privileged"});
  std::set<std::string_view> points;
  for_each(mounts, [&](std::size_t i, const json::object& mount) {
    auto at = list[i];
    auto name = api::string_at(mount, {"name"}), path = api::string_at(mount, {"mountPath"});
    if (name.empty()) out.required(at / "name");
    auto volume = pod.volumes.find(name);
    if (volume == pod.volumes.end()) out.not_found(at / "name", name);
    if (path.empty()) out.required(at / "mountPath");
    if (!points.insert(path).second) out.invalid(at / "mountPath", path, "must be unique");
    if (device_paths.contains(name)) out.invalid(at / "name", name, "must not already exist in volumeDevices");
    if (has_path(device_paths, path))
      out.invalid(at / "mountPath", path, "must not already exist as a path in volumeDevices");
    check_sub_paths(out, list, at, mount, volume == pod.volumes.end() ? nullptr : volume->second);
    check_modes(out, list, mount, privileged);
  });
  std::set<std::string_view> names, paths;
  for_each(devices, [&](std::size_t i, const json::object& device) {
    auto at = devices_at[i];
    auto name = api::string_at(device, {"name"}), path = api::string_at(device, {"devicePath"});
    if (!name.empty() && !names.insert(name).second) out.invalid(at / "name", name, "must be unique");
    if (!paths.insert(path).second) out.invalid(at / "devicePath", path, "must be unique");
    check_device(out, at, device, pod, mount_paths);
  });
}

} // namespace troupe::policies::validation
