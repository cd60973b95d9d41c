#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "policies/supervision/restart.hpp"
#include <caf/actor.hpp>
#include <functional>
#include <string>
#include <vector>

namespace troupe::actors::supervisor {

/// How a supervisor makes one of its children, and when it makes it again.
struct child_spec {
  std::string name;
  /// Spawns the child below the supervisor; called at start and for each restart. What the child offers to the
  /// directory it offers itself.
  std::function<caf::actor(caf::event_based_actor* parent)> make;
  policies::supervision::restart_config restart{.rule = policies::supervision::restart_rule::always};
};

/// What is made again when a child has ended.
enum class restart_scope : std::uint8_t {
  one,  ///< that child
  rest, ///< also all after it in start order, which hold its handle: they end first, and start again behind it
};

struct supervisor_config {
  std::string name;
  std::vector<child_spec> children; ///< in start order
  caf::timespan grace{std::chrono::seconds(5)}; ///< for one child to end by itself
  restart_scope scope = restart_scope::one;
};

struct supervisor_state {
  static inline const char* name = "supervisor";
  using self_pointer = stateful<supervisor_state>*;
  explicit supervisor_state(self_pointer s) : self(s) {}

  enum class phase : std::uint8_t {
    away,    ///< not to be started
    running,
    ending,  ///< it has to make room for the restart of one before it
    waiting, ///< for its delay
    due,     ///< to be started as soon as all before it are there
  };
  struct child {
    child_spec spec;
    phase now = phase::due;
    caf::actor handle; ///< null while it is away
    policies::supervision::restart_history history;
    std::string last_error;
  };
  void start(std::size_t index);
  void start_due();
  void end(child& c);
  void end_rest(std::size_t index);
  void down(const caf::down_msg& msg);
  /// Somebody wants a child made anew, which is no failure. False if it does not run.
  bool renew(std::uint64_t id, const std::string& why);
  void stop_next();

  self_pointer self;
  supervisor_config config;
  std::vector<child> children;
  bool stopping = false;
  caf::error outcome;           ///< with which it ends: why it gave up
  std::uint64_t stop_round = 0; ///< dates the grace timer
};

/// Starts the children in order, and failed ones again as policies/supervision decides. On `stop_atom`, an exit request
/// or giving one up, it ends them in reverse order, one by one: exit, grace, kill; and quits when all are gone.
/// Supervisors may be children of supervisors: one with the scope `rest` holds what belongs together.
/// `(restart_atom, id of a child, why)` makes a child anew, without counting it as a failure, and is answered with
/// whether it was there.
caf::behavior supervisor(supervisor_state::self_pointer self, supervisor_config config);

} // namespace troupe::actors::supervisor
