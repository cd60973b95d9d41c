#pragma once
#include <caf/fwd.hpp>
#include <chrono>

namespace troupe::actors::link {

struct middleman_config {
  std::chrono::milliseconds heartbeat{500}; ///< between two signs of life on an idle link
  std::chrono::milliseconds silence{2'000}; ///< a peer that was silent so long is gone; for endpoint_config
};

/// Loads CAF's network layer without any port of its own, and registers all that crosses links. Part of making the
/// actor system's configuration.
void configure(caf::actor_system_config& config, const middleman_config& settings = {});

/// The types of all messages between nodes (wire_types.cpp).
void add_wire_types(caf::actor_system_config& config);

} // namespace troupe::actors::link
