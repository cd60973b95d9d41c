#pragma once
#include "policies/controllers/deployment_state.hpp"

namespace troupe::policies::controllers {

/// Gives the set with the present template the newest revision, the deployment's annotations and its
/// `minReadySeconds`, and notes the revision and the finding in the deployment's status.
void sync_new_set(deployment_state& state);

/// Adds a set for the present template with the size that the strategy allows. Returns false if another ReplicaSet has
/// the name already (`taken`): then the status counts a collision and the next plan finds another name.
bool create_new_set(deployment_state& state, const std::function<bool(const std::string& name)>& taken);

/// Sets that the history limit no longer covers: old, empty, observed, not being deleted; lowest revisions first.
[[nodiscard]] batch remove_old_sets(deployment_state& state);

} // namespace troupe::policies::controllers
