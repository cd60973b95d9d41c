#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include <string>

namespace troupe::actors::cluster {

struct role_label_config {
  std::string node; ///< name of this node, which runs pods and belongs to the control plane
  caf::timespan call_timeout{std::chrono::seconds(5)}, retry_delay{std::chrono::milliseconds(500)},
    retry_delay_max{std::chrono::seconds(30)};
};

struct role_label_state {
  static inline const char* name = "role_label";
  using self_pointer = stateful<role_label_state>*;
  explicit role_label_state(self_pointer s) : self(s) {}

  void peer(const caf::strong_actor_ptr& player);
  void label();
  void retry();

  self_pointer self;
  role_label_config config;
  apiserver::apiserver_actor api;
  caf::timespan delay{0};
  std::uint64_t attempt = 0; ///< number of the newest; what older ones hear is void
  bool done = false;
};

/// `role_label(self, directory, config)`: labels the Node object of this node `node-role.kubernetes.io/control-plane`
/// once it is there, as kubeadm does: the kubelet itself may not (NodeRestriction). Who takes the label away by hand
/// has it back at the next start.
caf::behavior role_label(role_label_state::self_pointer self, directory::directory_actor directory,
                         role_label_config config);

} // namespace troupe::actors::cluster
