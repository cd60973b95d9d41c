#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/mirror/interface.hpp"
#include "actors/network/config.hpp"
#include "actors/network/interface.hpp"
#include "policies/api/object_table.hpp"
#include <functional>
#include <memory>

namespace troupe::actors::network {

/// Starts to call a function, on any thread, after each change of the machine's network; ends with what it answers. May
/// be null: then changes are found by comparing from time to time.
using watcher = std::function<std::shared_ptr<void>(std::function<void()>)>;

struct routes_state {
  static inline const char* name = "routes";
  using self_pointer = stateful<routes_state>*;
  explicit routes_state(self_pointer s) : self(s) {}

  void changed(const mirror::update& u);
  void look();
  void write();
  void disturbed();
  void done(const kernel_report& r);
  void failed(const caf::error& e);

  self_pointer self;
  routes_config config;
  policies::network::cluster_view cluster; ///< all but its nodes is fixed
  kernel_actor kernel;
  api::object_table objects;
  std::vector<std::string> problems; ///< told last; each set of them is logged once
  std::vector<std::string> node_problems; ///< of the nodes' objects
  std::uint64_t timer = 0; ///< number of the timer for the next comparison; others are void
  bool known = false;   ///< the kernel was brought in line with `cluster.nodes`
  bool writing = false; ///< a job is with the kernel: the next one waits for its answer
  bool again = false;   ///< the nodes have changed since
  bool armed = false;   ///< a timer for `look` runs
  bool soon = false;    ///< the machine's network has changed since the last look at it
  std::shared_ptr<void> watch;
  caf::timespan retry_after{0};

private:
  void next(caf::timespan after);
  void tell(std::vector<std::string> fresh);
};

/// Keeps the kernel's routes to the pods of other nodes like the cluster's nodes.
caf::behavior routes(routes_state::self_pointer self, directory::directory_actor directory, routes_config config,
                     kernel_actor kernel, const watcher& watch);

/// The routes of a node with their kernel actor, below `parent`. Both end together; routes stay, so that pods are
/// reached while the process is restarted.
[[nodiscard]] caf::actor spawn_routes(caf::local_actor& parent, const environment_ptr& env,
                                      const directory::directory_actor& directory, const routes_config& config);

} // namespace troupe::actors::network
