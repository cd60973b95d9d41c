#pragma once
#include "net/tls/identity.hpp"
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace troupe::actors::apiserver {

/// Nodes that were taken out of the cluster while their certificates have not ended. Shared by all workers of a
/// process and kept by its registrar.
class removed_nodes {
public:
  /// Any order.
  void set(std::vector<std::uint64_t> ids);
  [[nodiscard]] bool has(std::uint64_t id) const;
  /// Whether the certificate is that of such a node.
  [[nodiscard]] bool has(const net::tls::identity& certificate) const;

private:
  std::atomic<std::shared_ptr<const std::vector<std::uint64_t>>> ids_; ///< sorted
};

} // namespace troupe::actors::apiserver
