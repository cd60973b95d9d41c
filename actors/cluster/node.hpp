#pragma once
#include "actors/base/environment.hpp"
#include "actors/cluster/config.hpp"
#include "actors/directory/interface.hpp"
#include "actors/events/interface.hpp"
#include "actors/kubelet/context.hpp"
#include "actors/runtime/embedded.hpp"
#include "actors/supervisor/supervisor.hpp"
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe::actors::cluster {

/// Actors that no supervisor minds, ended by hand when the process stops.
class node_services {
public:
  void own(caf::actor a);
  /// Ends them all.
  void stop();

private:
  std::mutex mutex_; // Supervisor and main thread.
  std::vector<caf::actor> all_;
};

struct node_parts {
  environment_ptr env;
  directory::directory_actor directory;
  std::shared_ptr<events::recorder_actor> recorder; ///< filled before nodes start
};

/// The embedded runtime's settings of this node.
[[nodiscard]] runtime::embedded_config runtime_config(const cluster_config& c);

/// What a kubelet needs beside it, as far as its node has it.
struct node_helpers {
  runtime::handles runtime;
  kubelet::prober_actor prober;
  kubelet::disk_actor disk;
  kubelet::sources_actor sources;
};

/// One node: its runtime and helpers, then the kubelet that holds their handles, below a supervisor of their own. When
/// one of the helpers ends, it is made again, and after it the kubelet, which adopts what runs. `make_helpers` has one
/// child per helper and fills the struct; `configure` says the rest.
[[nodiscard]] supervisor::child_spec node_of(const node_parts& parts, const std::string& name,
                                             std::shared_ptr<node_helpers> helpers,
                                             std::vector<supervisor::child_spec> make_helpers,
                                             std::function<kubelet::kubelet_config()> configure);

/// The children for this machine's node, and for the simulated ones.
[[nodiscard]] std::vector<supervisor::child_spec> nodes(const cluster_config& config, const node_parts& parts);

} // namespace troupe::actors::cluster
