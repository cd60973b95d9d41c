#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/runtime/backend.hpp"
#include "actors/runtime/interface.hpp"
#include "actors/runtime/worker.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <memory>
#include <optional>
#include <set>

namespace troupe::actors::runtime {

using kill_atom = caf::atom_constant<caf::atom("kill")>;

/// What the embedded runtime tells itself.
using pods_actor = runtime_actor::extend<
  /// A worker has done its work.
  caf::reacts_to<done_atom, std::uint32_t, std::string, continuation>,
  /// A container or sandbox has ended, or so it seems: look.
  caf::reacts_to<exited_atom, container_id>,
  /// The grace period of a stop is over.
  caf::reacts_to<kill_atom, container_id>,
  /// A command has ended.
  caf::reacts_to<exec_atom, std::uint64_t, exec_result>>;

/// The life of sandboxes and containers, on top of a backend that does the work. What a container is:
///
///   created ──start──▶ running ──ended──▶ exited ──remove──▶ gone
///      └──start failed────────────────────▲
///
/// Each verb is a job in the lane of its sandbox, so that nothing happens to one pod in two ways at once. A job looks
/// at the state when its turn comes, because the jobs before it may have changed it.
struct pods_state {
  static inline const char* name = "runtime";
  using self_pointer = stateful<pods_state, pods_actor::base>*;
  explicit pods_state(self_pointer s) : self(s) {}

  void recover(const backend::recovered& found);

  caf::result<shared<sandbox_status>> run_sandbox(const shared<sandbox_config>& config);
  caf::result<void> stop_sandbox(const std::string& id);
  caf::result<void> remove_sandbox(const std::string& id);
  caf::result<shared<inventory>> list() const;
  caf::result<void> set_pod_cidr(const std::string& cidr);

  caf::result<container_id> create(const std::string& sandbox, const shared<container_config>& config);
  caf::result<void> start(const std::string& id);
  caf::result<void> stop(const std::string& id, std::uint32_t grace_seconds);
  caf::result<void> remove(const std::string& id);
  caf::result<shared<container_status>> status(const std::string& id) const;
  caf::result<exec_result> exec(const std::string& id, const std::vector<std::string>& command, std::uint32_t limit_ms);
  caf::result<void> rotate(const std::string& id, std::uint32_t keep);
  caf::result<shared<std::vector<container_usage>>> stats();

  void ended(const std::string& id);
  void sandbox_broke(const std::string& id);
  void exec_done(std::uint64_t ticket, const exec_result& result);

  using promise = caf::typed_response_promise<void>;
  struct sandbox_entry {
    sandbox_record record;
    bool stopped = false;             ///< its network and namespaces are given back
    bool removing = false;
    std::vector<promise> stopping;    ///< wait until all of it is dead
    std::vector<promise> removing_for;
  };
  struct container_entry {
    container_record record;
    bool signalled = false;           ///< the stop signal is sent
    bool removing = false;            ///< goes as soon as it is dead
    std::vector<promise> stopping;
    std::vector<promise> removing_for;
  };

  // Steps of the verbs.
  void signal(const std::string& id, int number);
  void advance_stop(const std::string& sandbox);
  void finish_remove(const std::string& sandbox);
  void remove_now(const std::string& id);
  void set_exited(const std::string& id, const container_record& record);
  void notify(container_event::kind what, const container_status& status);
  std::string lane_of(const std::string& container) const;
  std::string fresh_id();

  self_pointer self;
  std::shared_ptr<backend> machine;
  environment_ptr env;
  random_source random;
  std::optional<worker_pool> pool;
  std::map<std::string, sandbox_entry> sandboxes;
  std::map<std::string, container_entry> containers;
  std::set<caf::actor> subscribers;
  std::map<std::uint64_t, caf::typed_response_promise<exec_result>> execs; ///< by ticket, under way
  std::uint64_t tickets = 0;
};

/// `found` is what `machine->recover()` answered: it blocks, so the spawner calls it.
pods_actor::behavior_type pods(pods_state::self_pointer self, std::shared_ptr<backend> machine, environment_ptr env,
                               std::uint32_t workers, backend::recovered found);

} // namespace troupe::actors::runtime
