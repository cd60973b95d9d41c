#pragma once
#include "policies/chaos/scenario.hpp"
#include <functional>

namespace troupe::policies::chaos {

/// The scenario with as few faults as it still fails with, and no longer than it must be: all chance of the plan is
/// spelled out in the schedule. `fails` runs a scenario with the same seed; it is asked at most `tries_max` times.
[[nodiscard]] scenario minimize(const scenario& s, std::uint64_t seed,
                                const std::function<bool(const scenario&)>& fails, std::uint32_t tries_max = 60);

/// The document that `read_scenario` reads.
[[nodiscard]] api::json::object document_of(const scenario& s);

} // namespace troupe::policies::chaos
