#pragma once
#include "actors/base/environment.hpp"
#include "actors/etcd/front.hpp"
#include "net/etcd/server.hpp"
#include <caf/fwd.hpp>
#include <memory>

namespace troupe::tools::store {

/// The etcd v3 API of a store that runs in this process.
class etcd_service {
public:
  /// So many fronts for `store`, at least one, and a server that hands them its calls in turns. They end with the
  /// store. The error is a sentence. `system` must outlive the service.
  [[nodiscard]] static tl::expected<std::unique_ptr<etcd_service>, std::string>
  start(caf::actor_system& system, const actors::store::local_store_actor& store,
        const actors::environment_ptr& environment, const actors::etcd::front_config& front,
        const net::etcd::server_config& server, unsigned fronts);
  /// Lets calls under way end for a moment.
  ~etcd_service();
  [[nodiscard]] std::uint16_t port() const noexcept;

private:
  struct impl;
  explicit etcd_service(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

/// For `server_config::admits` where the clients of a cluster's CA are not all equal: only members of `system:masters`,
/// who may read and change everything through the API, too.
[[nodiscard]] bool is_master(const std::string& certificate_pem);

} // namespace troupe::tools::store
