#include "actors/simulation/node_network.hpp"
#include "actors/base/spawn.hpp"
#include "actors/dns/dns.hpp"
#include "actors/proxy/proxy.hpp"
#include <caf/typed_event_based_actor.hpp>

namespace troupe::actors::simulation {

namespace {

struct view_state {
  static inline const char* name = "simulated_kernel";
};

/// A table of rules as the kernel keeps it.
proxy::kernel_actor::behavior_type kernel(stateful<view_state, proxy::kernel_actor::base>*,
                                          std::shared_ptr<network_view> view) {
  return {[=](write_atom, const proxy::kernel_job& job) -> std::uint64_t {
    if (job.replace) view->rules.clear();
    for (auto& [where, to] : job.what->removed) view->rules.erase(where);
    for (auto& [where, to] : job.what->added) view->rules[where] = to;
    return 0;
  }};
}

} // namespace

std::vector<supervisor::child_spec> node_network(const environment_ptr& env,
                                                 const directory::directory_actor& directory,
                                                 const cluster::cluster_config& c,
                                                 const std::shared_ptr<network_view>& view) {
  proxy::proxy_config p;
  p.instance = "simulated";
  p.node_name = c.node_name;
  p.service_cidr = c.service_cidr;
  p.cluster_cidr = c.cluster_cidr;
  p.dns_address = c.dns_address;
  dns::dns_config d;
  d.domain = c.domain;
  d.address = c.dns_address;
  auto start = [view]() -> tl::expected<dns::publisher, std::string> {
    return dns::publisher(
        [view](std::shared_ptr<const policies::services::dns_index> x) { view->names = std::move(x); });
  };
  return {{.name = "proxy", .make = [=](caf::event_based_actor* parent) {
             auto k = parent->spawn(kernel, view);
             return caf::actor(parent->spawn(proxy::proxy, env, directory, p, k));
           }},
          {.name = "dns", .make = [=](caf::event_based_actor* parent) {
             return caf::actor(parent->spawn(dns::dns, directory, d, start));
           }}};
}

} // namespace troupe::actors::simulation
