#pragma once
#include "policies/node/pod_record.hpp"
#include <optional>
#include <string>
#include <vector>

namespace troupe::policies::node {

/// What a pod needs next. Everything in one plan may be done at once.
struct pod_plan {
  struct start {
    std::string name;
    std::uint32_t attempt = 0;
    bool restart = false;      ///< after a failure: the crash back-off advances
  };
  struct wait {
    std::string name, reason, message;
  };
  bool make_sandbox = false;   ///< then nothing else is in the plan
  std::vector<start> starts;
  std::vector<wait> waits;     ///< containers in back-off, with what their status says
  /// Of a pod whose work is done: its sidecars, in this order, one after another; of one that was evicted: all that
  /// runs, at once.
  std::vector<std::string> kills;
  bool finished = false;       ///< nothing will run again: stop the sandbox once all is dead
  std::optional<api::time_point> wake; ///< when to plan again though nothing happened
};

/// Decides the next steps of a pod that is not being deleted (kuberuntime's computePodActions): the sandbox first, init
/// containers one after another, sidecars as soon as it is their turn, then all app containers; restarts by policy
/// with a growing pause.
[[nodiscard]] pod_plan plan_pod(const api::object& pod, const pod_record& record, api::time_point now);

/// Whether a container that ended runs again, by the restart policy of the pod and the kind of the container.
[[nodiscard]] bool restarts(const api::object& pod, const container_ref& container, const container_run& exited);

/// Whether nothing of the pod will run again: a failed init container under restartPolicy Never, or all app
/// containers ended for good, or the kubelet rejected the pod.
[[nodiscard]] bool is_finished(const api::object& pod, const pod_record& record);

/// Whether the init containers are done and each sidecar was started.
[[nodiscard]] bool is_initialized(const api::object& pod, const pod_record& record);

/// "back-off 10s restarting failed container=web pod=web_default(uid)"
[[nodiscard]] std::string crash_text(const api::object& pod, std::string_view container, api::duration delay);

} // namespace troupe::policies::node
