#pragma once
#include "policies/api/json.hpp"
#include <string_view>

namespace troupe::policies::strategy {

/// "Guaranteed", "Burstable" or "BestEffort" by the CPU and memory of all containers (API: pod quality of service).
[[nodiscard]] std::string_view qos_class(const api::json::object& pod_spec);

} // namespace troupe::policies::strategy
