#pragma once
#include "actors/directory/state.hpp"

namespace troupe::actors::directory {

/// The local directory: `system.spawn(directory)`.
directory_actor::behavior_type directory(directory_state::self_pointer self);

} // namespace troupe::actors::directory
