#pragma once
#include "policies/inspection/why.hpp"
#include "tools/bench/api_client.hpp"
#include "tools/inspect/target.hpp"

namespace troupe::tools::inspect {

/// Reads the object and what tells about it: its events, its node, what it owns, and the same of what it owns.
[[nodiscard]] bench::api_result<policies::inspection::evidence> gather(bench::api_client& cluster, const target& of,
                                                                       const std::string& ns);

} // namespace troupe::tools::inspect
