#pragma once
#include "actors/apiserver/pool.hpp"
#include "actors/cluster/config.hpp"
#include "actors/directory/interface.hpp"
#include "actors/events/interface.hpp"
#include "actors/store/shard_files.hpp"
#include "actors/supervisor/supervisor.hpp"
#include <functional>
#include <memory>
#include <vector>

namespace troupe::actors::cluster {

/// What the control plane is built from; shared by all of its parts.
struct control_plane_parts {
  environment_ptr env;
  directory::directory_actor directory;
  std::shared_ptr<store::shard_files> files;    ///< opened store
  store::store_config store;
  apiserver::context_ptr context;
  std::shared_ptr<apiserver::entrance> door;
  std::function<void()> bootstrapped;           ///< runs once the objects that every cluster has are there
  std::string authority_pem;                    ///< the cluster's CA
  std::function<caf::actor(caf::event_based_actor*)> make_registrar; ///< lets nodes in; null: nobody joins
  std::shared_ptr<events::recorder_actor> recorder = std::make_shared<events::recorder_actor>(); ///< filled at start
};

/// The process's event recorder, which `recorder` then holds.
[[nodiscard]] supervisor::child_spec event_recorder(const environment_ptr& env,
                                                    const directory::directory_actor& directory,
                                                    const std::shared_ptr<events::recorder_actor>& recorder);

/// The children of a control-plane node's supervisor in start order: store, watch caches, mirrors, roster, API server,
/// event recorder, bootstrap, and the elections of controllers and scheduler.
[[nodiscard]] std::vector<supervisor::child_spec> control_plane(const cluster_config& config,
                                                                const control_plane_parts& parts);

} // namespace troupe::actors::cluster
