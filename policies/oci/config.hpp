#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// What a pod sandbox and a container shall be: plain values, independent of the runtime that makes them. Everything
/// that Kubernetes resolves before a runtime sees it (subPath, env references, fsGroup ownership) is already resolved.
namespace troupe::policies::oci {

enum class protocol : std::uint8_t { tcp = 0, udp = 1, sctp = 2 };

struct port_mapping {
  protocol proto = protocol::tcp;
  std::uint16_t container_port = 0;
  std::uint16_t host_port = 0;
  std::string host_ip; ///< empty: all addresses of the node
};

/// Limits of a container or of a whole pod. Zero means: not limited, or the kernel's default.
struct resources {
  std::int64_t cpu_shares = 0;
  std::int64_t cpu_quota_us = 0;
  std::int64_t cpu_period_us = 0;
  std::int64_t memory_limit_bytes = 0;
  std::int64_t pids_limit = 0;
  std::int64_t oom_score_adj = 0; ///< -1000 to 1000; clamped to what the process may set
};

/// Content of the pod's /etc/resolv.conf.
struct dns_config {
  std::vector<std::string> servers, searches, options;
};

struct sandbox_config {
  std::string name, ns, uid; ///< of the pod
  std::uint32_t attempt = 0;
  std::string hostname;      ///< empty with host_network
  dns_config dns;
  std::vector<port_mapping> ports; ///< only those with a host port
  std::map<std::string, std::string> labels, annotations, sysctls;
  bool host_network = false, host_pid = false, host_ipc = false;
  bool share_processes = false; ///< shareProcessNamespace
  std::string log_directory;    ///< made if missing; empty: none
  /// Below the root that the runtime keeps for its instance: "burstable/pod<uid>".
  std::string cgroup_parent;
  resources limits;             ///< of the pod as a whole
};

/// mountPropagation of a volume mount.
enum class propagation : std::uint8_t { none = 0, host_to_container = 1, bidirectional = 2 };

struct mount_point {
  std::string host_path;      ///< an existing file or directory
  std::string container_path; ///< absolute
  bool read_only = false;
  propagation spread = propagation::none;
};

struct device {
  std::string host_path, container_path;
  std::string permissions = "rwm";
};

struct security {
  std::int64_t run_as_user = -1;  ///< -1: the image's user
  std::int64_t run_as_group = -1; ///< -1: the primary group of the user
  std::vector<std::int64_t> supplemental_groups;
  std::vector<std::string> add_capabilities, drop_capabilities; ///< "NET_ADMIN", "ALL"; CAP_ in front is allowed
  bool privileged = false;
  bool read_only_root = false;
  bool allow_privilege_escalation = true;
  bool unmasked_proc = false;     ///< procMount: Unmasked
  /// "Unconfined", "RuntimeDefault", or "localhost/" and the path of a profile on the node.
  std::string seccomp = "Unconfined";
};

struct container_config {
  std::string name; ///< of the container in the pod
  std::uint32_t attempt = 0;
  std::string image;     ///< as the pod wrote it
  std::string image_ref; ///< what the image service answered: an id or a name
  std::vector<std::string> command, args;
  std::vector<std::pair<std::string, std::string>> env; ///< in order; a later one wins
  std::string working_dir; ///< empty: the image's
  /// In order. The runtime adds /etc/resolv.conf, /etc/hostname and /dev/shm where the list does not name them;
  /// /etc/hosts is the caller's.
  std::vector<mount_point> mounts;
  std::vector<device> devices;
  std::map<std::string, std::string> labels, annotations;
  std::string log_path; ///< absolute; the runtime makes the file
  bool tty = false, in = false, in_once = false;
  security secure;
  resources limits;
  std::string stop_signal;         ///< "SIGTERM"; empty: the image's, else SIGTERM
  std::string termination_message; ///< file on the host whose content becomes the message of the status; empty: none
  bool fallback_to_logs = false;   ///< terminationMessagePolicy: FallbackToLogsOnError
  std::string target;              ///< id of a container whose processes this one sees; empty: none
};

/// What an image says about how to run it (OCI image configuration, `config`).
struct image_config {
  std::vector<std::string> entrypoint, cmd;
  std::vector<std::string> env; ///< "KEY=value"
  std::string working_dir, user, stop_signal;
  std::vector<std::string> volumes;
};

} // namespace troupe::policies::oci
