#include "actors/link/middleman.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>

namespace troupe::actors::link {

void configure(caf::actor_system_config& config, const middleman_config& settings) {
  config.load<caf::io::middleman>();
  config.set("middleman.workers", std::size_t{0}); // Messages are decoded by the thread that reads them.
  config.set("middleman.heartbeat-interval", caf::timespan{settings.heartbeat});
  // CAF counts whole messages, so a large one over a slow line is silence to it; the endpoint counts bytes.
  config.set("middleman.connection-timeout", caf::timespan{0});
  add_wire_types(config);
}

} // namespace troupe::actors::link
