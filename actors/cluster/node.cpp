#include "actors/cluster/node.hpp"
#include "actors/dns/dns.hpp"
#include "actors/kubelet/kubelet.hpp"
#include "actors/kubelet/machine.hpp"
#include "actors/network/machine.hpp"
#include "actors/network/routes.hpp"
#include "actors/proxy/proxy.hpp"
#include "actors/runtime/hollow.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <sstream>

namespace troupe::actors::cluster {

namespace {

using supervisor::child_spec;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kubelet_version = "v1.32.0";
constexpr std::uint32_t pod_mtu_max = 9000; // Jumbo frames; the loopback device, whose MTU is larger, is no way out.

/// When the one ends, the other does, for the same reason.
void tie(const caf::actor& one, const caf::actor& other) {
  one->attach_functor([other = caf::actor_cast<caf::actor_addr>(other)](const caf::error& why) {
    auto reason = why ? why : caf::make_error(caf::exit_reason::user_shutdown);
    if (auto a = caf::actor_cast<caf::actor>(other)) caf::anon_send(a, caf::exit_msg{a.address(), std::move(reason)});
  });
}

/// The three of a runtime live and die together; the first stands for all.
caf::actor bound(const runtime::handles& h) {
  auto first = caf::actor_cast<caf::actor>(h.pods);
  for (auto& other : {caf::actor_cast<caf::actor>(h.images), caf::actor_cast<caf::actor>(h.sessions)}) {
    tie(first, other);
    tie(other, first);
  }
  return first;
}

child_spec helper(std::string name, std::function<caf::actor(caf::actor_system&)> make) {
  return {.name = std::move(name), .make = [make](caf::event_based_actor* parent) { return make(parent->system()); }};
}

/// The node's own resolv.conf, which pods with the policy Default get.
policies::oci::dns_config host_dns() {
  policies::oci::dns_config out;
  std::istringstream lines(kubelet::text_of_file("/etc/resolv.conf"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key, word;
    words >> key;
    while (words >> word) {
      if (key == "nameserver") out.servers.push_back(word);
      if (key == "search") out.searches.push_back(word);
      if (key == "options") out.options.push_back(word);
    }
  }
  return out;
}

kubelet::kubelet_config hollow_config(const cluster_config& c, const std::string& name, const std::string& pod_cidr) {
  kubelet::kubelet_config k;
  k.facts.name = name;
  k.facts.addresses = {c.node_ip};
  k.facts.milli_cpu = 32'000;
  k.facts.memory_bytes = std::int64_t(256) << 30;
  k.facts.storage_bytes = std::int64_t(1) << 40;
  k.facts.kernel = "hollow";
  k.facts.os_image = "hollow";
  k.facts.runtime = "hollow://1";
  k.facts.version = kubelet_version;
  k.facts.pod_cidr = pod_cidr;
  k.facts.labels["troupe.dev/hollow"] = "true";
  k.dns.domain = c.domain;
  // No recorder: three events a pod would be most of a simulation's writes. Thousands of leases every ten seconds would
  // be the whole load of an idle simulation.
  k.lease_interval = seconds(20);
  k.status_interval = seconds(60);
  k.settle = seconds(5);
  return k;
}

child_spec hollow_node(const cluster_config& c, const node_parts& p, const std::string& name,
                       const std::string& pod_cidr) {
  runtime::hollow_config h;
  h.node = name;
  h.pod_cidr = pod_cidr;
  h.start_delay = caf::timespan{milliseconds(c.hollow_delay_ms)};
  auto helpers = std::make_shared<node_helpers>();
  return node_of(p, name, helpers,
                 {helper("runtime", [=, env = p.env](caf::actor_system& system) {
                    return bound(helpers->runtime = runtime::spawn_hollow(system, env, h));
                  }),
                  helper("prober", [=](caf::actor_system& system) {
                    return caf::actor_cast<caf::actor>(helpers->prober = kubelet::spawn_hollow_prober(system));
                  })},
                 [=] { return hollow_config(c, name, pod_cidr); });
}

kubelet::kubelet_config real_config(const cluster_config& c, const node_parts& p) {
  kubelet::kubelet_config k;
  k.facts = kubelet::machine_facts(c.data_dir);
  k.facts.name = c.node_name;
  k.facts.addresses = {c.node_ip};
  k.facts.runtime = "troupe://embedded";
  k.facts.version = kubelet_version;
  k.facts.pod_cidr = c.pod_cidr;
  k.dns.servers = {c.dns_address};
  k.dns.domain = c.domain;
  k.dns.host = host_dns();
  k.pods_dir = c.data_dir + "/pods";
  k.logs_dir = c.data_dir + "/logs/pods";
  k.seccomp_dir = c.data_dir + "/seccomp";
  k.node_hosts = kubelet::text_of_file("/etc/hosts");
  k.recorder = *p.recorder;
  // A pod that starts within this time is reported once, as running.
  k.settle = milliseconds(150);
  return k;
}

child_spec real_node(const cluster_config& c, const node_parts& p) {
  auto helpers = std::make_shared<node_helpers>();
  return node_of(p, c.node_name, helpers,
                 {helper("runtime", [=, env = p.env](caf::actor_system& system) {
                    auto embedded = runtime_config(c);
                    embedded.mtu = std::min(network::pod_mtu(c.instance, c.node_ip), pod_mtu_max);
                    return bound(helpers->runtime = runtime::spawn_embedded(system, env, embedded));
                  }),
                  helper("prober", [=, env = p.env](caf::actor_system& system) {
                    return caf::actor_cast<caf::actor>(helpers->prober = kubelet::spawn_socket_prober(system, *env));
                  }),
                  helper("disk", [=, env = p.env](caf::actor_system& system) {
                    return caf::actor_cast<caf::actor>(helpers->disk = spawn_blocking(system, *env, kubelet::disk));
                  }),
                  helper("sources", [=, directory = p.directory](caf::actor_system& system) {
                    return caf::actor_cast<caf::actor>(helpers->sources = system.spawn(kubelet::sources, directory));
                  })},
                 [=] { return real_config(c, p); });
}

child_spec routes_of(const cluster_config& c, const node_parts& p) {
  network::routes_config r;
  r.instance = c.instance;
  r.cluster_id = c.cluster_id;
  r.node_name = c.node_name;
  r.node_ip = c.node_ip;
  r.pod_cidr = c.pod_cidr;
  r.cluster_cidr = c.cluster_cidr;
  r.service_cidr = c.service_cidr;
  return {.name = "routes", .make = [p, r](caf::event_based_actor* parent) {
            return network::spawn_routes(*parent, p.env, p.directory, r);
          }};
}

} // namespace

void node_services::own(caf::actor a) {
  std::lock_guard guard(mutex_);
  all_.push_back(std::move(a));
}

void node_services::stop() {
  std::lock_guard guard(mutex_);
  for (auto& a : all_) caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
  all_.clear();
}

runtime::embedded_config runtime_config(const cluster_config& c) {
  runtime::embedded_config r;
  r.data_dir = c.data_dir;
  r.run_dir = c.run_dir;
  r.instance = c.instance;
  r.pod_cidr = c.pod_cidr;
  r.cluster_cidrs = {c.cluster_cidr, c.service_cidr};
  return r;
}

child_spec node_of(const node_parts& p, const std::string& name, std::shared_ptr<node_helpers> helpers,
                   std::vector<child_spec> make_helpers, std::function<kubelet::kubelet_config()> configure) {
  supervisor::supervisor_config all{.name = "node/" + name, .children = std::move(make_helpers),
                                    .scope = supervisor::restart_scope::rest};
  all.children.push_back({.name = "kubelet/" + name, .make = [=](caf::event_based_actor* parent) {
                            auto k = configure();
                            k.runtime = helpers->runtime;
                            k.prober = helpers->prober;
                            k.disk = helpers->disk;
                            k.sources = helpers->sources;
                            auto made = parent->spawn(kubelet::kubelet, p.env, p.directory, std::move(k));
                            parent->send(p.directory, offer_atom::value, "kubelet/" + name,
                                         caf::actor_cast<caf::strong_actor_ptr>(made));
                            return caf::actor_cast<caf::actor>(made);
                          }});
  return {.name = all.name, .make = [all](caf::event_based_actor* parent) {
            return caf::actor(parent->spawn(supervisor::supervisor, all));
          }};
}

std::vector<child_spec> nodes(const cluster_config& c, const node_parts& p) {
  std::vector<child_spec> out;
  if (c.worker && c.runtime == runtime_kind::embedded) {
    out.push_back(routes_of(c, p)); // Pods are told what packets the way to other nodes takes.
    out.push_back(real_node(c, p));
    out.push_back({.name = "proxy", .make = [c, p](caf::event_based_actor* parent) {
                     return proxy::spawn_proxy(*parent, p.env, p.directory,
                                               {.instance = c.instance,
                                                .node_name = c.node_name,
                                                .service_cidr = c.service_cidr,
                                                .cluster_cidr = c.cluster_cidr,
                                                .dns_address = c.dns_address});
                   }});
    out.push_back({.name = "dns", .make = [c, p](caf::event_based_actor* parent) {
                     return dns::spawn_dns(*parent, p.env, p.directory, {.domain = c.domain, .address = c.dns_address});
                   }});
  }
  if (c.worker && c.runtime == runtime_kind::hollow) out.push_back(hollow_node(c, p, c.node_name, c.pod_cidr));
  // Simulated pods have addresses of the shared range of RFC 6598, which no real node of a cluster uses.
  for (std::uint32_t i = 0; i < c.hollow_nodes; ++i)
    out.push_back(hollow_node(c, p, fmt::format("hollow-{:04}", i),
                              fmt::format("100.{}.{}.0/24", 64 + i / 256, i % 256)));
  return out;
}

} // namespace troupe::actors::cluster
