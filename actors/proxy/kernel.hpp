#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/proxy/config.hpp"
#include "actors/proxy/interface.hpp"
#include "net/nftables/client.hpp"
#include "net/nftables/script.hpp"
#include <caf/typed_event_based_actor.hpp>

namespace troupe::actors::proxy {

struct kernel_state {
  static inline const char* name = "proxy_kernel";
  using self_pointer = stateful<kernel_state, kernel_actor::base>*;
  explicit kernel_state(self_pointer s) : self(s) {}

  caf::result<std::uint64_t> write(const kernel_job& job);
  void forget_clients(const net::nftables::change& c);

  self_pointer self;
  std::string table;
  std::unique_ptr<net::nftables::client> client; ///< made on the actor's thread, at its first job
  std::unique_ptr<net::nftables::script_writer> writer;
};

/// Programs the kernel of the calling thread's network namespace. Must be spawned with `spawn_blocking`.
kernel_actor::behavior_type kernel(kernel_state::self_pointer self, proxy_config config);

struct hollow_kernel_state {
  static inline const char* name = "proxy_hollow_kernel";
};
/// Accepts every job and does nothing.
kernel_actor::behavior_type hollow_kernel(stateful<hollow_kernel_state, kernel_actor::base>* self);

/// The kernel's programmer as the configuration and the process's rights allow.
[[nodiscard]] kernel_actor spawn_kernel(caf::local_actor& parent, const environment& env, const proxy_config& config);

} // namespace troupe::actors::proxy
