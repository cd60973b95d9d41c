#pragma once
#include "policies/api/json.hpp"
#include <map>
#include <string>
#include <vector>

/// What a cluster at rest looks like, to those who ask its API.
namespace troupe::tools::chaos::live {

/// Lists of objects by the plural of their type.
using listed_objects = std::map<std::string, std::vector<api::json::object>>;

/// What the nodes, pods, deployments, config maps and namespaces wait for, in sentences; empty at rest. The nodes named
/// are those that must be there.
[[nodiscard]] std::vector<std::string> waits_of(const std::vector<std::string>& nodes, const listed_objects& seen);

} // namespace troupe::tools::chaos::live
