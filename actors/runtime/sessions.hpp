#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/runtime/change_notifier.hpp"
#include "actors/runtime/interface.hpp"
#include "actors/runtime/machine.hpp"
#include "actors/runtime/session.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <memory>

namespace troupe::actors::runtime {

struct sessions_state {
  static inline const char* name = "sessions";
  using self_pointer = stateful<sessions_state, session_actor::base>*;
};

/// What the makers of pumps need. Shared by all sessions of a runtime.
struct session_context {
  std::shared_ptr<machine> m;
  std::shared_ptr<io_thread> io;
  std::shared_ptr<change_notifier> notifier;
  environment_ptr env;
};

/// Spawns one actor per session; each ends with its client.
session_actor::behavior_type sessions(sessions_state::self_pointer self, std::shared_ptr<session_context> context);

/// The makers, called on the io thread. What cannot be opened gives a pump that says so on `status` and ends.
[[nodiscard]] std::shared_ptr<pump> open_exec(const session_context& c, const session_request& r, caf::actor_addr s);
[[nodiscard]] std::shared_ptr<pump> open_attach(const session_context& c, const session_request& r, caf::actor_addr s);
[[nodiscard]] std::shared_ptr<pump> open_forward(const session_context& c, const session_request& r, caf::actor_addr s);
[[nodiscard]] std::shared_ptr<pump> open_logs(const session_context& c, const session_request& r, caf::actor_addr s);

} // namespace troupe::actors::runtime
