#pragma once
#include "actors/base/message.hpp"
#include "actors/streams/interface.hpp"
#include "policies/oci/config.hpp"
#include <caf/meta/type_name.hpp>
#include <cstdint>
#include <string>
#include <vector>

/// Values in the messages of a container runtime.
namespace troupe::actors::runtime {

using policies::oci::container_config;
using policies::oci::sandbox_config;

/// Ids are opaque and not reused.
struct sandbox_id {
  std::string value;
  friend auto operator<=>(const sandbox_id&, const sandbox_id&) = default;
};
struct container_id {
  std::string value;
  friend auto operator<=>(const container_id&, const container_id&) = default;
};

struct sandbox_status {
  std::string id;
  bool ready = false;               ///< false once stopped or broken: it cannot take containers any more
  std::int64_t created_us = 0;      ///< UTC, microseconds since 1970
  std::vector<std::string> ips;     ///< empty with host network
  sandbox_config config;
};

enum class container_state : std::uint8_t { created = 0, running = 1, exited = 2 };

struct container_status {
  std::string id, sandbox;
  container_state state = container_state::created;
  std::int64_t created_us = 0, started_us = 0, finished_us = 0; ///< UTC; 0 = not yet
  std::uint32_t pid = 0;        ///< on the node, while running
  std::int32_t exit_code = 0;   ///< 128 + n when ended by signal n
  std::string reason;           ///< of an exited one: Completed, Error, OOMKilled, StartError
  std::string message;          ///< termination message, or why it did not start
  std::string image_id;         ///< digest of the image's configuration
  std::string image_ref;        ///< name@digest if the image came from a registry, else the id
  container_config config;
};

/// Everything that exists, also what an earlier process made.
struct inventory {
  std::vector<sandbox_status> sandboxes;
  std::vector<container_status> containers;
};

/// A change that nobody asked for, or the end of one that was.
struct container_event {
  /// `broken` is about a sandbox that takes no containers any more: of the status only `sandbox` and the labels of the
  /// configuration are filled in. Stop the sandbox; what ran in it may be dead already.
  enum class kind : std::uint8_t { started = 0, exited = 1, oom = 2, removed = 3, broken = 4 };
  kind what = kind::exited;
  container_status status; ///< after the change
};

struct exec_result {
  std::int32_t exit_code = 0;
  bool timed_out = false; ///< killed by the time limit; the code means nothing then
  std::string out, err;   ///< at most `exec_output_limit` bytes each
};
constexpr std::size_t exec_output_limit = 16 * 1024 * 1024;

struct usage {
  std::int64_t sampled_us = 0;
  std::uint64_t cpu_ns = 0;            ///< since the start
  std::uint64_t memory_bytes = 0;
  std::uint64_t working_set_bytes = 0; ///< without what could be reclaimed at once
  std::uint64_t rss_bytes = 0;
  std::uint64_t processes = 0;
};
struct container_usage {
  std::string id, sandbox; ///< id empty: of the pod as a whole
  usage now;
};

/// A session on a container or sandbox. `what.container` and `what.pod` are for texts only.
struct session_request {
  streams::request what;
  std::string sandbox;                ///< port_forward
  std::string container;              ///< exec, attach
  /// logs: the files, oldest first; the last one is followed over its rotations while `container` runs.
  std::vector<std::string> log_files;
};

struct image_info {
  std::string id;                       ///< "sha256:…" of the configuration
  std::vector<std::string> tags;        ///< "docker.io/library/busybox:1.35"
  std::vector<std::string> digests;     ///< "docker.io/library/busybox@sha256:…"
  std::uint64_t size_bytes = 0;         ///< of the compressed layers and the configuration
  std::int64_t user = -1;               ///< the image's numeric user; -1: none or a name
  std::string user_name;                ///< the image's user where it is a name
};

struct credentials {
  std::string user, password;
};
struct pull_request {
  std::string image;                ///< as the pod wrote it
  std::vector<credentials> secrets; ///< tried in order, then without
};

struct disk_usage {
  std::string path;
  std::uint64_t used_bytes = 0, used_inodes = 0;             ///< by images
  std::uint64_t capacity_bytes = 0, available_bytes = 0;     ///< of the file system
  std::uint64_t capacity_inodes = 0, available_inodes = 0;
};

/// What the machine lacks, in the user's words; each a warning unless `fatal`.
struct condition {
  std::string reason;  ///< "NoRoot", "MissingProgram", "NoCapSysResource", …
  std::string message;
  bool fatal = false;  ///< the embedded runtime cannot work here
};
struct version {
  std::string name, version; ///< "troupe-embedded", "1.1.5"
  std::vector<condition> conditions;
};

} // namespace troupe::actors::runtime

#include "actors/runtime/inspect.hpp"
