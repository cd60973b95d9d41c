#pragma once
#include "policies/chaos/scenario.hpp"
#include "tools/chaos/report.hpp"

namespace troupe::tools::chaos {

/// A page for people that needs nothing else: the verdict, a table of the runs, and of those that failed and the first
/// few others, faults, leaders, availability, throughput and latency over time.
[[nodiscard]] std::string page_of(const policies::chaos::scenario& what, const std::vector<report>& runs);

} // namespace troupe::tools::chaos
