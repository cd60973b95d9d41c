#pragma once
#include "tools/troupe/settings.hpp"
#include <vector>

namespace troupe::tools {

/// `troupe node`: joins a cluster if the data directory belongs to none yet, and runs this node until a signal ends it.
int run_node(start_settings settings, const std::vector<std::string>& arguments);

} // namespace troupe::tools
