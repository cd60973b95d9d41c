#include "policies/node/volume_place.hpp"
#include "policies/api/quantity.hpp"
#include "policies/node/volume.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

std::string_view plugin_of(const api::json::object& volume) {
  if (volume.contains("configMap")) return "kubernetes.io~configmap";
  if (volume.contains("secret")) return "kubernetes.io~secret";
  if (volume.contains("downwardAPI")) return "kubernetes.io~downward-api";
  if (volume.contains("projected")) return "kubernetes.io~projected";
  return "kubernetes.io~empty-dir";
}

bool holds_secrets(const api::json::object& volume) {
  if (volume.contains("secret")) return true;
  auto* sources = api::array_at(volume, {"projected", "sources"});
  return sources && std::any_of(sources->begin(), sources->end(), [](auto& s) {
    return api::find(s, {"secret"}) || api::find(s, {"serviceAccountToken"});
  });
}

} // namespace

std::string pod_directory(std::string_view pods_dir, const api::object& pod) {
  return fmt::format("{}/{}", pods_dir, pod.uid());
}

or_text<std::vector<volume_place>> volume_places(const api::object& pod, std::string_view pod_dir) {
  std::vector<volume_place> out;
  auto* volumes = api::array_at(pod.spec(), {"volumes"});
  if (!volumes) return out;
  for (auto& value : *volumes) {
    auto* v = value.if_object();
    if (!v) continue;
    volume_place p;
    p.name = api::string_at(*v, {"name"});
    p.path = fmt::format("{}/volumes/{}/{}", pod_dir, plugin_of(*v), p.name);
    if (has_content(*v)) {
      p.in_memory = holds_secrets(*v);
    } else if (auto* host = api::object_at(*v, {"hostPath"})) {
      p.kind = volume_kind::host_path;
      p.path = api::string_at(*host, {"path"});
      p.host_path_type = api::string_at(*host, {"type"});
    } else if (auto* empty = api::object_at(*v, {"emptyDir"})) {
      p.kind = api::string_at(*empty, {"medium"}) == "Memory" ? volume_kind::memory : volume_kind::empty;
      if (auto limit = api::quantity::parse(api::string_at(*empty, {"sizeLimit"}))) p.size_limit = limit->value();
    } else if (v->size() > 1) {
      return tl::unexpected(fmt::format("no volume plugin matched for volume \"{}\"", p.name));
    } else { // A volume without a source is an emptyDir.
      p.kind = volume_kind::empty;
    }
    out.push_back(std::move(p));
  }
  return out;
}

bool is_safe_sub_path(std::string_view path) {
  if (path.starts_with('/')) return false;
  while (!path.empty()) {
    auto slash = path.find('/');
    if (path.substr(0, slash) == "..") return false;
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return true;
}

or_text<std::vector<planned_mount>> volume_mounts(const api::json::object& container,
                                                  const std::vector<volume_place>& places,
                                                  const variable_lookup& lookup) {
  std::vector<planned_mount> out;
  auto* mounts = api::array_at(container, {"volumeMounts"});
  if (!mounts) return out;
  for (auto& m : *mounts) {
    auto name = api::string_at(m, {"name"});
    auto place = std::find_if(places.begin(), places.end(), [&](auto& p) { return p.name == name; });
    if (place == places.end())
      return tl::unexpected(fmt::format("cannot find volume \"{}\" to mount into container \"{}\"", name,
                                        api::string_at(container, {"name"})));
    planned_mount out_mount;
    out_mount.mount.host_path = place->path;
    out_mount.mount.container_path = api::string_at(m, {"mountPath"});
    if (!out_mount.mount.container_path.starts_with('/')) out_mount.mount.container_path.insert(0, "/");
    // Content that the kubelet writes is not for the containers to change.
    out_mount.mount.read_only = api::bool_at(m, {"readOnly"}) || place->kind == volume_kind::content;
    auto spread = api::string_at(m, {"mountPropagation"});
    out_mount.mount.spread = spread == "Bidirectional"     ? oci::propagation::bidirectional
                             : spread == "HostToContainer" ? oci::propagation::host_to_container
                                                           : oci::propagation::none;
    out_mount.sub_path = api::string_at(m, {"subPath"});
    if (auto expression = api::string_at(m, {"subPathExpr"}); !expression.empty()) {
      std::string missing;
      out_mount.sub_path = expand(expression, [&](std::string_view variable) {
        auto v = lookup(variable);
        if (!v) missing = variable;
        return v;
      });
      if (!missing.empty())
        return tl::unexpected(
            fmt::format("failed to expand subPathExpr of volumeMount \"{}\": missing value for \"{}\"", name, missing));
    }
    if (!is_safe_sub_path(out_mount.sub_path))
      return tl::unexpected(fmt::format("failed to create subPath directory for volumeMount \"{}\" of container \"{}\"",
                                        name, api::string_at(container, {"name"})));
    out.push_back(std::move(out_mount));
  }
  return out;
}

std::string host_path_complaint(std::string_view path, std::string_view type, std::string_view found) {
  if (type.empty()) return {};
  auto base = type == "DirectoryOrCreate" ? "Directory" : type == "FileOrCreate" ? "File" : type;
  if (found == base || (found.empty() && base != type)) return {};
  auto noun = base == "Directory"     ? "a directory"
              : base == "File"        ? "a file"
              : base == "Socket"      ? "a socket file"
              : base == "CharDevice"  ? "a character device"
              : base == "BlockDevice" ? "a block device"
                                      : std::string_view{};
  if (noun.empty()) return fmt::format("{} is an invalid volume type", type);
  return fmt::format("hostPath type check failed: {} is not {}", path, noun);
}

std::string log_directory(std::string_view logs, const api::object& pod) {
  return fmt::format("{}/{}_{}_{}", logs, pod.ns(), pod.name(), pod.uid());
}

std::string log_file(std::string_view logs, const api::object& pod, std::string_view container, std::uint32_t attempt) {
  return fmt::format("{}/{}/{}.log", log_directory(logs, pod), container, attempt);
}

} // namespace troupe::policies::node
