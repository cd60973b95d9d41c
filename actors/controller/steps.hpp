#pragma once
#include "actors/apiserver/client.hpp"
#include "policies/controllers/plan.hpp"

namespace troupe::actors::controller {

/// A step of a plan as a call of the API, under the identity of the controller manager.
[[nodiscard]] apiserver::call_ptr call_of(const policies::controllers::step& s);
/// Also failures that are what the step wanted: already there, already gone.
[[nodiscard]] bool is_success(const policies::controllers::step& s, const apiserver::reply& r);

} // namespace troupe::actors::controller
