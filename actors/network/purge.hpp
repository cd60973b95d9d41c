#pragma once
#include <string>
#include <vector>

namespace troupe::actors::network {

/// Removes what a stopped instance has left in the kernel: its routes to other nodes and its tunnel. Blocks; fine if
/// nothing is there. What could not be removed, one sentence each.
[[nodiscard]] std::vector<std::string> purge(const std::string& instance);

} // namespace troupe::actors::network
