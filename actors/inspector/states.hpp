#pragma once
#include "actors/inspector/inspector.hpp"

namespace troupe::actors::inspector {

/// Asks an actor of that kind for its state. What `then` gets has a "state", or a "stateError" that says why not.
void ask_state(inspector_state::self_pointer self, const caf::actor& target, const std::string& kind,
               caf::timespan timeout, inspector_state::on_answer then);

/// An actor of this process; null if it has ended.
[[nodiscard]] caf::actor living_actor(inspector_state::self_pointer self, std::uint64_t id);

/// Asks the store of this process for its shards: "shards" is a list of the state of each member.
void ask_store(inspector_state::self_pointer self, const caf::actor& store, const caf::actor& shards,
               caf::timespan timeout, inspector_state::on_answer then);

} // namespace troupe::actors::inspector
