#pragma once
#include "policies/api/object.hpp"
#include "policies/api/time.hpp"
#include "policies/node/back_off.hpp"
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::node {

/// A sidecar is an init container with restartPolicy Always: it starts in the order of the init containers, and runs
/// on beside the app containers.
enum class container_kind : std::uint8_t { init, sidecar, app, ephemeral };

struct container_ref {
  const api::json::object* spec; ///< part of the pod's document
  container_kind kind;
  [[nodiscard]] std::string_view name() const noexcept { return api::string_at(*spec, {"name"}); }
};

/// All containers of a pod: init containers and sidecars in order, app containers, ephemeral containers.
[[nodiscard]] std::vector<container_ref> containers_of(const api::object& pod);
/// The container of that name; `spec` is null if there is none.
[[nodiscard]] container_ref container_named(const api::object& pod, std::string_view name);
/// "spec.containers{web}", "spec.initContainers{init}", "spec.ephemeralContainers{debug}": of events.
[[nodiscard]] std::string field_path(const container_ref& container);
/// "web_default(uid)": of texts.
[[nodiscard]] std::string pod_text(const api::object& pod);

enum class run_state : std::uint8_t { created, running, exited };

/// One attempt to run a container, as the runtime tells it.
struct container_run {
  std::string id;
  std::uint32_t attempt = 0;       ///< 0 for the first: the restart count
  run_state state = run_state::created;
  api::time_point created{}, started{}, finished{}; ///< epoch: not yet
  std::int32_t exit_code = 0;      ///< 128 + n after signal n
  std::string reason, message;     ///< of an exited one
  std::string image_id;            ///< as shown in the status
};

/// What the kubelet knows about one container of a pod.
struct container_record {
  std::optional<container_run> current;  ///< the newest attempt
  std::optional<container_run> previous; ///< the one before, if it ended
  std::string waiting_reason;   ///< why it does not run: "CrashLoopBackOff", "ErrImagePull"; empty: nothing special
  std::string waiting_message;
  bool started = false;         ///< startup probe passed, or running without one
  bool ready = false;           ///< readiness probe passed, or started without one
  bool busy = false;            ///< an operation on it is under way: plans leave it alone
  bool stale = false;           ///< its run was in a sandbox that is gone: it does not count as started
  api::time_point hold_until{}; ///< not tried again before: a failed pull, creation or start
  back_off crash;               ///< between restarts
  back_off pull;                ///< between image pulls

  [[nodiscard]] bool running() const noexcept { return current && current->state == run_state::running; }
  [[nodiscard]] bool exited() const noexcept { return current && current->state == run_state::exited; }
};

/// What the kubelet knows about one pod.
struct pod_record {
  std::string sandbox_id;            ///< newest sandbox; empty: none was made
  std::uint32_t sandbox_attempts = 0;///< sandboxes made so far
  bool sandbox_ready = false;
  bool sandbox_busy = false;         ///< it is being made or stopped: plans leave the pod alone
  api::time_point sandbox_hold_until{}; ///< not tried again before
  std::vector<std::string> ips;      ///< of the pod; the node's with host network
  std::vector<std::string> host_ips;
  api::time_point start_time{};      ///< when the kubelet accepted the pod
  bool ending = false;               ///< it is being deleted: nothing starts any more
  std::string reason, message;       ///< of a pod that the kubelet rejected or evicted: it has failed
  std::map<std::string, container_record, std::less<>> containers;

  /// The record of a container, or an empty one.
  [[nodiscard]] const container_record& of(std::string_view name) const;
};

} // namespace troupe::policies::node
