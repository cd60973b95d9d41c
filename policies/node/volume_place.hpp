#pragma once
#include "policies/node/downward.hpp"
#include "policies/node/expansion.hpp"
#include "policies/oci/config.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Where the volumes and files of a pod lie on the node.
namespace troupe::policies::node {

enum class volume_kind : std::uint8_t {
  content,    ///< files that the kubelet writes: configMap, secret, downwardAPI, projected
  empty,      ///< emptyDir on disk
  memory,     ///< emptyDir with medium Memory: a tmpfs
  host_path
};

struct volume_place {
  std::string name;
  volume_kind kind = volume_kind::content;
  std::string path;             ///< directory, or for host_path what the pod named
  std::string host_path_type;   ///< "", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket", …
  std::int64_t size_limit = 0;  ///< of a tmpfs, bytes; 0: none
  bool in_memory = false;       ///< content that must not reach a disk: secrets and tokens
};

/// "<pods_dir>/<uid>"
[[nodiscard]] std::string pod_directory(std::string_view pods_dir, const api::object& pod);
/// Places of all volumes of a pod below `pod_dir`; fails for a volume type that nodes of Troupe cannot mount.
[[nodiscard]] or_text<std::vector<volume_place>> volume_places(const api::object& pod, std::string_view pod_dir);

/// Whether a sub path stays inside of its volume: relative and without "..".
[[nodiscard]] bool is_safe_sub_path(std::string_view path);

/// A volume mount of a container: `mount.host_path` is the volume's place, and `sub_path` below it, if not empty, is to
/// be made and resolved without following links out of the volume.
struct planned_mount {
  oci::mount_point mount;
  std::string sub_path;
};
/// The volume mounts of a container; `lookup` expands subPathExpr.
[[nodiscard]] or_text<std::vector<planned_mount>> volume_mounts(const api::json::object& container,
                                                                const std::vector<volume_place>& places,
                                                                const variable_lookup& lookup);

/// Why a host path of that type cannot be used; empty if it can. `found` is what lies there: "", "Directory", "File",
/// "Socket", "CharDevice", "BlockDevice". DirectoryOrCreate and FileOrCreate accept that nothing is there.
[[nodiscard]] std::string host_path_complaint(std::string_view path, std::string_view type, std::string_view found);

/// "<logs>/<ns>_<pod>_<uid>": the sandbox's log directory, as /var/log/pods.
[[nodiscard]] std::string log_directory(std::string_view logs, const api::object& pod);
/// "<log directory>/<container>/<attempt>.log"
[[nodiscard]] std::string log_file(std::string_view logs, const api::object& pod, std::string_view container,
                                   std::uint32_t attempt);

} // namespace troupe::policies::node
