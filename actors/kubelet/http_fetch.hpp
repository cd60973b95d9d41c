#pragma once
#include "actors/kubelet/prober.hpp"

namespace troupe::actors::kubelet {

/// Carries out a network check with blocking sockets within its timeout. The texts follow Kubernetes' probes.
[[nodiscard]] check_result carry_out(const network_check& check);

} // namespace troupe::actors::kubelet
