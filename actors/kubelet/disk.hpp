#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/message.hpp"
#include "actors/base/spawn.hpp"
#include "policies/node/volume.hpp"
#include "policies/node/volume_place.hpp"
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <optional>
#include <string>
#include <vector>

namespace troupe::actors::kubelet {

/// One volume to make or to bring up to date.
struct volume_order {
  policies::node::volume_place place;
  policies::node::volume_files files; ///< of content volumes
};
/// The files of a pod.
struct pod_order {
  std::string directory;
  std::vector<volume_order> volumes;
  std::int64_t group = -1;            ///< fsGroup; -1: none
  api::time_point now;
};
/// The files of one container.
struct container_order {
  std::vector<policies::node::planned_mount> mounts;
  std::string hosts_file, hosts_text;  ///< path to write; empty: none
  std::string termination_file;        ///< to make anew; empty: none
};
/// Logs to look at.
struct log_order {
  std::uint64_t bytes_max = 0;
  std::vector<std::pair<std::string, std::string>> logs; ///< container id and file
};
/// Directories to measure.
struct usage_order {
  struct directory {
    std::string name, path;
    std::int64_t bytes_max = 0;
  };
  std::vector<directory> directories;
};
/// Mounts with sub paths made and resolved.
using resolved_mounts = std::vector<policies::oci::mount_point>;

/// Does the file work of pods, blocking. Errors are `runtime_failed` with a text for the user.
using disk_actor = caf::typed_actor<
  /// Makes volumes that are not there and brings content volumes up to date, atomically.
  caf::reacts_to<write_atom, shared<pod_order>>,
  caf::replies_to<start_atom, shared<container_order>>::with<shared<resolved_mounts>>,
  /// Removes a pod's directory, with what is mounted there, and its logs; what is not there is fine.
  caf::reacts_to<remove_atom, std::string, std::string>,
  /// The ids of those logs that are larger than the limit; one `stat` each.
  caf::replies_to<logs_atom, shared<log_order>>::with<std::vector<std::string>>,
  /// The name of the first directory that takes more than its limit, as `du` counts; empty: none.
  caf::replies_to<stats_atom, shared<usage_order>>::with<std::string>,
  /// Names in a directory; none if it is not there.
  caf::replies_to<list_atom, std::string>::with<std::vector<std::string>>>;

struct disk_state {
  static inline const char* name = "kubelet_disk";
};
/// `spawn_blocking(system, *env, disk)`.
disk_actor::behavior_type disk(stateful<disk_state, disk_actor::base>* self);

} // namespace troupe::actors::kubelet

// Only sent inside of a process: each kubelet has its disk actor beside it.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::kubelet::pod_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::kubelet::container_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::kubelet::log_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::kubelet::usage_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::shared<troupe::actors::kubelet::log_order>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::shared<troupe::actors::kubelet::usage_order>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::shared<troupe::actors::kubelet::pod_order>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::shared<troupe::actors::kubelet::container_order>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::shared<troupe::actors::kubelet::resolved_mounts>)
