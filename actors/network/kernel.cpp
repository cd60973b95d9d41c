#include "actors/network/kernel.hpp"
#include "actors/base/error.hpp"
#include "actors/network/machine.hpp"
#include "net/nftables/client.hpp"
#include <spdlog/spdlog.h>

namespace troupe::actors::network {

kernel_actor::behavior_type kernel(stateful<kernel_state, kernel_actor::base>*) {
  return {[](write_atom, const kernel_job& job) -> caf::result<kernel_report> {
    auto done = reconcile(*job.cluster);
    if (!done) return make_error(errc::unavailable, done.error());
    return std::move(*done);
  }};
}

kernel_actor::behavior_type hollow_kernel(stateful<hollow_kernel_state, kernel_actor::base>*) {
  return {[](write_atom, const kernel_job&) { return kernel_report{}; }};
}

kernel_actor spawn_kernel(caf::local_actor& parent, const environment& env, const routes_config& config) {
  if (config.hollow) return parent.spawn(hollow_kernel);
  if (!net::nftables::permitted()) {
    spdlog::error("routes: not_permitted reason=\"pods of other nodes are not reached: CAP_NET_ADMIN is missing\"");
    return parent.spawn(hollow_kernel);
  }
  return spawn_blocking(parent, env, kernel);
}

} // namespace troupe::actors::network
