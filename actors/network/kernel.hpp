#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/network/config.hpp"
#include "actors/network/interface.hpp"
#include <caf/typed_event_based_actor.hpp>

namespace troupe::actors::network {

struct kernel_state {
  static inline const char* name = "routes_kernel";
};
/// Programs the kernel of the calling thread's network namespace. Must be spawned with `spawn_blocking`.
kernel_actor::behavior_type kernel(stateful<kernel_state, kernel_actor::base>* self);

struct hollow_kernel_state {
  static inline const char* name = "routes_hollow_kernel";
};
/// Accepts every job and does nothing.
kernel_actor::behavior_type hollow_kernel(stateful<hollow_kernel_state, kernel_actor::base>* self);

/// The kernel's programmer as the configuration and the process's rights allow.
[[nodiscard]] kernel_actor spawn_kernel(caf::local_actor& parent, const environment& env, const routes_config& config);

} // namespace troupe::actors::network
