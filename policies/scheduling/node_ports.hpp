#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling::node_ports {

/// A host port can be taken once per address and protocol.
[[nodiscard]] plugin make();

} // namespace troupe::policies::scheduling::node_ports
