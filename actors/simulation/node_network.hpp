#pragma once
#include "actors/base/environment.hpp"
#include "actors/cluster/config.hpp"
#include "actors/directory/interface.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "net/nftables/ruleset.hpp"
#include "policies/services/dns_index.hpp"
#include <map>
#include <memory>

namespace troupe::actors::simulation {

/// What a node would have told its kernel and those who ask it for names.
struct network_view {
  std::map<net::nftables::frontend, net::nftables::balance> rules;
  std::shared_ptr<const policies::services::dns_index> names; ///< null before the first
};

/// Proxy and DNS of a simulated node: the real actors, whose kernel and server is the view.
[[nodiscard]] std::vector<supervisor::child_spec> node_network(const environment_ptr& env,
                                                               const directory::directory_actor& directory,
                                                               const cluster::cluster_config& config,
                                                               const std::shared_ptr<network_view>& view);

} // namespace troupe::actors::simulation
