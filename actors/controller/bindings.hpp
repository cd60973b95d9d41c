#pragma once
#include "actors/controller/controller.hpp"
#include <string>

namespace troupe::actors::controller {

// apps/v1 and core workloads
[[nodiscard]] binding deployment();
[[nodiscard]] binding replica_set();
[[nodiscard]] binding replication_controller();
// Services
[[nodiscard]] binding endpoints();
[[nodiscard]] binding endpoint_slices();
// Namespaces; `certificate` is the cluster's CA as PEM
[[nodiscard]] binding namespace_deletion();
[[nodiscard]] binding service_account();
[[nodiscard]] binding root_certificate(std::string certificate);
[[nodiscard]] binding resource_quota();
// Nodes
[[nodiscard]] binding node_lifecycle();
[[nodiscard]] binding taint_eviction();
[[nodiscard]] binding pod_gc();

} // namespace troupe::actors::controller
