#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling::node_name {

/// A pod that names its node runs only there.
[[nodiscard]] plugin make();

} // namespace troupe::policies::scheduling::node_name
