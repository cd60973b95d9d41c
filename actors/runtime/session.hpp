#pragma once
#include "actors/base/spawn.hpp"
#include "actors/runtime/io_thread.hpp"
#include "actors/runtime/pump.hpp"
#include <caf/actor.hpp>
#include <functional>
#include <memory>

namespace troupe::actors::runtime {

/// Makes the pump of a session, on the io thread.
using make_pump = std::function<std::shared_ptr<pump>(caf::actor_addr session)>;

struct session_state {
  static inline const char* name = "session";
};

/// The node's end of one session: translates between the protocol of actors/streams and a pump. Ends with its client.
caf::behavior session(stateful<session_state>* self, std::shared_ptr<io_thread> io, make_pump make, caf::actor client);

/// The Status documents that end exec and attach.
[[nodiscard]] std::string success_status();
[[nodiscard]] std::string exit_status(const std::vector<std::string>& command, int code);
[[nodiscard]] std::string failure_status(std::string_view why);

} // namespace troupe::actors::runtime
