#pragma once
#include "actors/base/environment.hpp"
#include "actors/runtime/interface.hpp"
#include <caf/fwd.hpp>
#include <caf/timespan.hpp>
#include <string>

namespace troupe::actors::runtime {

/// A runtime that answers like a real one and runs nothing.
struct hollow_config {
  std::string node;                              ///< for texts
  std::string pod_cidr = "10.244.0.0/24";        ///< addresses of its pods
  caf::timespan sandbox_delay = caf::timespan{0};///< how long the making of a sandbox takes
  caf::timespan start_delay = caf::timespan{0};  ///< how long the start of a container takes
  caf::timespan pull_delay = caf::timespan{0};
};

/// Starts the three actors. No thread, no wall clock but the environment's: whole clusters run in virtual time. A
/// container ends only when stopped, unless its annotation or its pod's `troupe.dev/hollow-exit` says "<code>" or
/// "<code>,<seconds after the start>".
[[nodiscard]] handles spawn_hollow(caf::actor_system& system, environment_ptr env, hollow_config config);

} // namespace troupe::actors::runtime
