#pragma once
#include "actors/base/environment.hpp"
#include "actors/cluster/config.hpp"
#include "actors/directory/interface.hpp"
#include "actors/etcd/entrance.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "net/etcd/server.hpp"
#include "tools/troupe/pki.hpp"
#include <memory>
#include <string>
#include <tl/expected.hpp>

/// The switch that serves the etcd API of a cluster's store from a node of it (docs/decisions/0006).
namespace troupe::tools {

/// Why this node can't serve it as `config` says; empty: it can, or need not.
[[nodiscard]] std::string etcd_refusal(const actors::cluster::cluster_config& config);

/// Listens as `config.etcd_listen` says, with TLS, and hands calls of the cluster's administrators to `door`. Fills
/// `config.etcd_url`. The error is a sentence.
[[nodiscard]] tl::expected<std::unique_ptr<net::etcd::server>, std::string>
serve_etcd_api(actors::cluster::cluster_config& config, const pki& keys,
               const std::shared_ptr<actors::etcd::entrance>& door);

/// Who answers behind the door.
[[nodiscard]] actors::supervisor::child_spec etcd_keeper(const actors::cluster::cluster_config& config,
                                                         const actors::environment_ptr& env,
                                                         const actors::directory::directory_actor& directory,
                                                         const std::shared_ptr<actors::etcd::entrance>& door);

} // namespace troupe::tools
