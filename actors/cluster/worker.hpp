#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/events/interface.hpp"
#include "actors/supervisor/supervisor.hpp"
#include <functional>
#include <memory>
#include <vector>

namespace troupe::actors::cluster {

/// What a process without a control plane is built from; its node comes beside it (node.hpp).
struct worker_parts {
  environment_ptr env;
  directory::directory_actor directory;
  std::function<void()> connected; ///< runs once a control-plane node has let this one in
  std::shared_ptr<events::recorder_actor> recorder = std::make_shared<events::recorder_actor>(); ///< filled at start
};

/// The children that stand for the control plane in start order: a mirror for each type that a node may see, fed by
/// whichever control-plane node the directory names, and the event recorder.
[[nodiscard]] std::vector<supervisor::child_spec> worker(const worker_parts& parts);

} // namespace troupe::actors::cluster
