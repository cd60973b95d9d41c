#pragma once
#include "policies/api/json.hpp"
#include "policies/oci/config.hpp"
#include "policies/oci/identity.hpp"
#include "policies/oci/mounts.hpp"
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::policies::oci {

/// A device node as the kernel describes it.
struct device_node {
  std::string path; ///< in the container
  char type = 'c';  ///< 'c' or 'b'
  std::int64_t major = 0, minor = 0;
  std::uint32_t mode = 0666;
  std::string permissions = "rwm";
};

/// What the process that starts containers may give to them.
struct machine_limits {
  std::vector<std::string> capabilities; ///< its bounding set
  std::int64_t oom_score_min = -1000;    ///< lowest that it may set
};

/// Files that pin the namespaces of the sandbox. Empty: the node's own for net, ipc and uts; a new one for pid.
struct namespace_paths {
  std::string net, ipc, uts, pid;
};

struct spec_input {
  sandbox_config pod;
  container_config container;
  image_config image;
  identity who;
  std::string cgroup_path; ///< "/kubepods-x/burstable/pod1/<id>"
  namespace_paths namespaces;
  sandbox_files files;
  std::vector<device_node> devices; ///< of `container.devices`; all of the node's where privileged
  machine_limits machine;
  std::optional<api::json::object> seccomp; ///< the profile where the container names a file
};

/// The process's argument list: command replaces the entry point and drops the image's arguments, args replaces those
/// only. Fails with "no command specified".
[[nodiscard]] tl::expected<std::vector<std::string>, std::string> arguments(const container_config& container,
                                                                            const image_config& image);

/// The OCI runtime configuration (config.json, version 1.0.2) of a container. A privileged one has no seccomp filter,
/// whatever it asks for.
[[nodiscard]] tl::expected<api::json::object, std::string> container_spec(const spec_input& in);

/// The process description of a command in a running container, from the container's own one.
[[nodiscard]] api::json::object exec_process(const api::json::object& spec, const std::vector<std::string>& command,
                                             bool tty);

/// Number of a signal given as "SIGTERM", "TERM" or "15"; 15 for a text that is none.
[[nodiscard]] int signal_number(std::string_view text) noexcept;

/// Content of /etc/resolv.conf; the node's own is passed on where the configuration is empty.
[[nodiscard]] std::string resolv_conf(const dns_config& dns);

} // namespace troupe::policies::oci
