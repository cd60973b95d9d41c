#pragma once
#include "policies/api/json.hpp"
#include <string>

namespace troupe::tools::bench {

/// What a pod's object says about how far the pod has come.
struct pod_phases {
  bool scheduled = false; ///< it has a node
  bool running = false;   ///< its containers have been started
  bool ready = false;     ///< the Ready condition is True
  bool over = false;      ///< it has ended, or never will start: see `problem`
  std::string problem;    ///< reason and message of a container that can't start; empty if there is none
};

[[nodiscard]] pod_phases phases_of(const api::json::object& pod);

} // namespace troupe::tools::bench
