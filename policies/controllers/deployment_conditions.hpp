#pragma once
#include "policies/controllers/deployment_state.hpp"

namespace troupe::policies::controllers {

/// Notes in the status that the rollout was paused or resumed.
void note_pause(deployment_state& state);

/// Counts replicas and judges availability.
void count_status(deployment_state& state);

/// Judges progress: complete, moving, or over the deadline; and takes over failures of the sets. Gives the time after
/// which to look again because the deadline passes then.
std::optional<api::duration> judge_progress(deployment_state& state);

/// All wanted pods have the present template and are available, and nothing else is left.
[[nodiscard]] bool is_complete(const deployment_state& state, const json::object& status);

} // namespace troupe::policies::controllers
