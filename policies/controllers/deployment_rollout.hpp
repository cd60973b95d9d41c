#pragma once
#include "policies/controllers/deployment_state.hpp"

namespace troupe::policies::controllers {

/// The size that the strategy allows the new set to have next.
[[nodiscard]] std::int64_t new_set_size(const deployment_state& state);

/// One step of a rolling update: the new set up as far as maxSurge allows, else old sets down as far as maxUnavailable
/// allows, unhealthy pods first.
void roll(deployment_state& state);

/// Recreate, first half: all old sets to zero. True if there is something to scale down.
bool scale_down_old(deployment_state& state);

} // namespace troupe::policies::controllers
