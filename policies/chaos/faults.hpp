#pragma once
#include "policies/chaos/scenario.hpp"

namespace troupe::policies::chaos {

/// The faults of a run: those of the schedule and those that the seed picks, in the order of their time. Every fault
/// ends within the run. Nothing is spared: a majority of the control plane may be gone for a while, but never for ever.
[[nodiscard]] std::vector<fault> plan_faults(const scenario& s, std::uint64_t seed);

/// One line for people: "at 12.5 s for 3 s: cut master1 master2".
[[nodiscard]] std::string describe(const fault& f, const shape& nodes);
/// "master1" to "masterN", then "worker<N+1>" and so on.
[[nodiscard]] std::string node_name(std::uint64_t node, const shape& nodes);

} // namespace troupe::policies::chaos
