#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/mirror/interface.hpp"
#include "actors/proxy/config.hpp"
#include "actors/proxy/interface.hpp"
#include "policies/api/object_table.hpp"
#include "policies/services/route_table.hpp"

namespace troupe::actors::proxy {

struct proxy_state {
  static inline const char* name = "proxy";
  using self_pointer = stateful<proxy_state>*;
  explicit proxy_state(self_pointer s) : self(s) {}

  void changed(const mirror::update& u);
  void settle();
  void flush();
  void write(bool replace);
  void failed(const caf::error& e);

  self_pointer self;
  environment_ptr env;
  proxy_config config;
  kernel_actor kernel;
  api::object_table services, slices;
  bool services_synced = false, slices_synced = false;
  std::map<api::object_key, std::set<api::object_key>> slices_of; ///< by service; exactly the labelled ones of `slices`
  std::set<api::object_key> dirty; ///< services whose rules may have changed
  policies::services::route_table routes;
  bool known = false;   ///< the kernel holds what `routes` says was taken
  bool writing = false; ///< a job is with the kernel: the next one waits for its answer
  bool armed = false;   ///< a timer for `flush` runs
  caf::timespan retry_after{0};

private:
  void touch_service(const mirror::change& c);
  void touch_slice(const mirror::change& c);
};

/// Keeps the kernel's rules for services like the cluster's services and endpoint slices.
caf::behavior proxy(proxy_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                    proxy_config config, kernel_actor kernel);

/// The proxy of a node with its kernel actor, below `parent`. Both end together.
[[nodiscard]] caf::actor spawn_proxy(caf::local_actor& parent, const environment_ptr& env,
                                     const directory::directory_actor& directory, const proxy_config& config);

} // namespace troupe::actors::proxy
