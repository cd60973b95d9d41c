#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/spawn.hpp"
#include "actors/kubelet/context.hpp"
#include "actors/streams/interface.hpp"
#include "policies/node/container_config.hpp"
#include "policies/node/pod_plan.hpp"
#include "policies/node/pod_record.hpp"
#include "policies/node/probe.hpp"
#include "policies/node/volume.hpp"
#include <caf/event_based_actor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe::actors::kubelet {

/// Owns one pod from its sandbox to its removal. Untyped, as only its kubelet, the runtime and itself talk to it:
///   (changed_atom, object_handle)            the pod as it shall be; a null handle: it is gone from the API
///   (changed_atom)                           a config map or secret that it uses changed
///   (event_atom, shared<container_event>)    from the runtime
///   (open_atom, shared<streams::request>, actor client) → actor: a session
///   (tick_atom, …), (retry_atom), (stats_atom)  its own timers
/// It quits when nothing of the pod is left on the node and in the API.
struct pod_state {
  static inline const char* name = "pod";
  using self_pointer = stateful<pod_state>*;
  explicit pod_state(self_pointer s) : self(s) {}
  using check_done = std::function<void(bool success, bool errored, const std::string& output)>;

  // pod.cpp
  void begin(const std::vector<runtime::sandbox_status>& sandboxes, const std::vector<runtime::container_status>& runs);
  void desired(const object_handle& fresh);
  void happened(const runtime::container_event& event);
  void sync();
  void wake_at(api::time_point when);
  void woken(std::uint64_t generation);
  caf::result<caf::actor> open(const shared<streams::request>& request, const caf::actor& client);
  void event(bool warning, std::string_view reason, std::string message, std::string_view container = {}) const;
  [[nodiscard]] api::time_point now() const { return ctx->env->now(); }
  [[nodiscard]] policies::node::container_record& record_of(const std::string& container);

  // pod_volumes.cpp
  void read_sources(std::function<void(const shared<found_objects>&)> done, std::function<void(caf::error&)> failed);
  void mount_volumes(std::function<void()> done);
  void fetch_tokens(std::vector<policies::node::token_need> needs, std::function<void()> done);
  void write_volumes(const found_objects& found, std::function<void()> done);
  void mount_failed(std::string message);
  void refresh_volumes();
  [[nodiscard]] policies::node::object_source source_of(const shared<found_objects>& found) const;
  [[nodiscard]] policies::node::pod_facts facts() const;
  [[nodiscard]] std::string directory() const;

  // pod_sandbox.cpp
  void make_sandbox();
  void run_sandbox();
  void sandbox_failed(std::string message);
  void retire_sandbox();
  void sandbox_broke(const std::string& id);
  void stop_sandbox(std::function<void()> done);

  // pod_image.cpp, pod_start.cpp: one container from its image to its start
  struct start_job {
    std::string container, sandbox;
    std::uint32_t attempt = 0;
    api::time_point asked;
    shared<found_objects> found;       ///< null without sources
    runtime::image_info image;
    policies::node::container_inputs inputs;
  };
  using start_ptr = std::shared_ptr<start_job>;
  void start(const policies::node::pod_plan::start& what);
  void find_image(const start_ptr& job);
  void pull_image(const start_ptr& job);
  void pull_failed(const start_ptr& job, const std::string& error);
  void prepare_container(const start_ptr& job);
  void create_container(const start_ptr& job);
  void start_container(const start_ptr& job, const runtime::container_id& id);
  void started_container(const start_ptr& job, const runtime::container_id& id);
  void start_failed(const start_ptr& job, std::string reason, std::string message, api::duration pause);
  [[nodiscard]] bool still_wanted(const start_ptr& job);
  void age_pull_errors();

  // pod_run.cpp: runs, hooks and sessions of containers
  void running(const std::string& container, policies::node::container_run run);
  void exited(const std::string& container, policies::node::container_run run);
  void look_at(const std::string& container, const runtime::container_id& id);
  void run_check(const policies::node::check& what, const policies::node::container_run& run, api::duration timeout,
                 check_done done);

  // pod_probe.cpp
  struct probe_job {
    std::string container, run_id;
    policies::node::probe_kind kind;
    policies::node::probe_spec spec;
    policies::node::probe_fold fold;
    std::optional<api::time_point> previous;
  };
  void begin_probes(const std::string& container);
  void arm_probe(const probe_job& job);
  void probe(const std::string& run_id, std::uint32_t kind);
  void probed(const std::string& run_id, policies::node::probe_kind kind, bool success, bool errored,
              const std::string& output);
  [[nodiscard]] probe_job* find_probe(const std::string& run_id, policies::node::probe_kind kind);

  // pod_stop.cpp
  void end_step();
  void stop_container(const std::string& container, std::int64_t grace, std::string text);
  void kill_container(const std::string& container, const runtime::container_id& id, std::uint32_t grace);
  void finish();
  void remove_object();
  void take_leave();

  // pod_evict.cpp
  void arm_usage(caf::timespan pause);
  void look_at_usage();
  void evict(std::string message);

  // pod_report.cpp
  void report();
  void write_status(api::json::object status);

  self_pointer self;
  node_context_ptr ctx;
  caf::actor kubelet;
  object_handle pod;                       ///< the newest version known
  policies::node::pod_record record;
  std::vector<probe_job> probes;           ///< of running containers
  std::set<std::string> stopping;          ///< containers that were told to stop
  std::map<policies::node::token_need, std::pair<std::string, api::time_point>> tokens; ///< with their refresh times
  api::duration mount_pause{};             ///< after the last failed mount
  api::time_point begun{};
  api::time_point wake{};                  ///< next planned wake-up; epoch: none
  std::uint64_t wake_generation = 0;
  std::int64_t ending_grace = -1;          ///< seconds of the stop under way
  bool gone = false;                       ///< the API has no such pod any more
  bool mounted = false, refreshing = false, refresh_again = false;
  bool usage_armed = false;                ///< the timer for `look_at_usage` runs
  bool writing = false;                    ///< a status write is under way
  bool finishing = false, cleaned = false; ///< clean-up is under way, is done
  api::duration write_pause{};             ///< after the last failed write
};

caf::behavior pod(pod_state::self_pointer self, node_context_ptr ctx, caf::actor kubelet, object_handle object,
                  std::vector<runtime::sandbox_status> sandboxes, std::vector<runtime::container_status> runs);

/// The policies' view of a runtime's container status.
[[nodiscard]] policies::node::container_run run_of(const runtime::container_status& status);
/// A policies' time of the runtime's microseconds.
[[nodiscard]] api::time_point time_of(std::int64_t us);
/// The text for a user: an error's context, or its sentence where it has none.
[[nodiscard]] std::string user_text(const caf::error& e);

} // namespace troupe::actors::kubelet
