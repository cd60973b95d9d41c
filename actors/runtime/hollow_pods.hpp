#pragma once
#include "actors/base/spawn.hpp"
#include "actors/runtime/hollow.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::actors::runtime {

/// Timers of the hollow runtime: the time that the work of a real one would have taken is over.
using hollow_pods_actor =
  runtime_actor::extend<caf::reacts_to<tick_atom, sandbox_id>, caf::reacts_to<tick_atom, container_id>,
                        caf::reacts_to<exited_atom, container_id>>;

struct hollow_state {
  static inline const char* name = "hollow_runtime";
  using self_pointer = stateful<hollow_state, hollow_pods_actor::base>*;
  explicit hollow_state(self_pointer s) : self(s) {}

  template <class T> using promise = caf::typed_response_promise<T>;
  caf::result<shared<sandbox_status>> run_sandbox(const shared<sandbox_config>& config);
  void sandbox_made(const std::string& id);
  void stop_sandbox(const std::string& id);
  void remove_sandbox(const std::string& id);
  caf::result<shared<inventory>> list() const;
  caf::result<container_id> create(const std::string& sandbox, const shared<container_config>& config);
  caf::result<void> start(const std::string& id);
  void started(const std::string& id);
  void end(const std::string& id, std::int32_t code);
  void ended_by_itself(const std::string& id);
  void remove(const std::string& id);
  caf::result<shared<container_status>> status(const std::string& id) const;
  caf::result<exec_result> exec(const std::string& id, const std::vector<std::string>& command) const;
  caf::result<shared<std::vector<container_usage>>> stats() const;

  struct sandbox_entry {
    sandbox_status status;
    std::uint32_t address = 0;  ///< host part; 0: none
    std::vector<promise<shared<sandbox_status>>> making; ///< waits for the delay
  };
  struct container_entry {
    container_status status;
    std::vector<promise<void>> starting;
  };
  void notify(container_event::kind what, const container_status& s);
  void give_back(sandbox_entry& e);
  [[nodiscard]] std::int64_t now_us() const { return env->now().time_since_epoch().count(); }

  self_pointer self;
  environment_ptr env;
  hollow_config config;
  std::map<std::string, sandbox_entry> sandboxes;
  std::map<std::string, container_entry> containers;
  std::vector<caf::actor> subscribers;
  std::uint32_t base = 0, hosts = 0; ///< of the pod network
  std::uint32_t next = 2;            ///< host part to try next; those given back last are used last
  std::set<std::uint32_t> taken;
  std::uint64_t ids = 0;
};

hollow_pods_actor::behavior_type hollow_pods(hollow_state::self_pointer self, environment_ptr env,
                                             hollow_config config);

} // namespace troupe::actors::runtime
