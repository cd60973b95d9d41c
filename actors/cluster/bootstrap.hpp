#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/cluster/config.hpp"
#include "actors/directory/interface.hpp"
#include <deque>
#include <functional>

namespace troupe::actors::cluster {

/// Makes the objects that every cluster has: the system namespaces, the `kubernetes` service with its endpoints, the
/// `kube-dns` service, the system priority classes. Existing ones stay as they are. Ends when all are there.
struct bootstrap_state {
  static inline const char* name = "bootstrap";
  using self_pointer = stateful<bootstrap_state>*;
  explicit bootstrap_state(self_pointer s) : self(s) {}
  void next();
  void look();
  void make();
  void again();

  self_pointer self;
  apiserver::apiserver_actor api;
  std::deque<shared<apiserver::call>> calls;
  std::function<void()> done;
};

caf::behavior bootstrap(bootstrap_state::self_pointer self, cluster_config config, directory::directory_actor directory,
                        std::function<void()> done);

} // namespace troupe::actors::cluster
