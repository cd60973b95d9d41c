#pragma once
#include "policies/controllers/deployment_state.hpp"

namespace troupe::policies::controllers {

/// Whether the wanted size changed since the sets were scaled last.
[[nodiscard]] bool is_scaling(deployment_state& state);

/// Brings the sets to a new wanted size: one active set follows it, a finished rollout drops its old sets, and in the
/// middle of a rolling update all sets change in proportion to their size.
void scale(deployment_state& state);

} // namespace troupe::policies::controllers
