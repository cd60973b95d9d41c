#pragma once
#include "actors/base/environment.hpp"
#include "actors/events/interface.hpp"
#include "actors/kubelet/disk.hpp"
#include "actors/kubelet/prober.hpp"
#include "actors/kubelet/puller.hpp"
#include "actors/kubelet/sources.hpp"
#include "actors/runtime/interface.hpp"
#include "policies/node/node_object.hpp"
#include "policies/node/pod_network.hpp"
#include <string>
#include <vector>

namespace troupe::actors::kubelet {

/// What one kubelet and its pods work with. Handles that are null leave the matching work out: a hollow node has no
/// disk and no sources, so its pods get neither volumes nor environment nor tokens.
struct kubelet_config {
  policies::node::node_facts facts;
  policies::node::cluster_dns dns;
  std::string pods_dir;                ///< "<data dir>/pods"
  std::string logs_dir;                ///< "<data dir>/logs/pods", as /var/log/pods; empty: no logs
  std::string seccomp_dir;             ///< profiles of the type Localhost: "<data dir>/seccomp"
  std::string node_hosts;              ///< text of the node's /etc/hosts, for pods with host network

  runtime::handles runtime;
  prober_actor prober;
  disk_actor disk;
  sources_actor sources;
  events::recorder_actor recorder;     ///< null: no events

  caf::timespan lease_interval = std::chrono::seconds(10);
  std::int64_t lease_seconds = 40;
  caf::timespan status_interval = std::chrono::seconds(10); ///< how often the node's status is looked at
  caf::timespan status_report = std::chrono::minutes(5);    ///< how often it is written though nothing changed
  caf::timespan call_timeout = std::chrono::seconds(10);    ///< of an API call
  caf::timespan runtime_timeout = std::chrono::minutes(2);  ///< of a runtime verb that is not expected to wait
  caf::timespan log_interval = std::chrono::seconds(10);    ///< how often the size of logs is looked at
  std::uint64_t log_bytes_max = 10 * 1024 * 1024; ///< containerLogMaxSize: a larger log is rotated
  std::uint32_t log_files_max = 5;                ///< containerLogMaxFiles: with the present one; at least 2
  caf::timespan usage_interval = std::chrono::seconds(10);  ///< how often volumes with a size limit are measured
  /// How long the first status of a pod waits for better news, so that a pod that starts at once is written once.
  caf::timespan settle = std::chrono::seconds(1);
};

/// Shared by the actors of one kubelet; never changed once they run.
struct node_context {
  environment_ptr env;
  kubelet_config config;
  puller_actor puller;
  api::json::object allocatable; ///< of the node's status
};
using node_context_ptr = std::shared_ptr<const node_context>;

} // namespace troupe::actors::kubelet
