#include "actors/proxy/kernel.hpp"
#include "actors/base/error.hpp"
#include "net/nftables/affinity.hpp"
#include "net/nftables/conntrack.hpp"
#include <algorithm>
#include <fstream>
#include <spdlog/spdlog.h>

namespace troupe::actors::proxy {

namespace {

/// Settings that a node which forwards service traffic needs. Where /proc is read-only they may be right already.
void prepare_machine() {
  for (auto* path : {"/proc/sys/net/ipv4/ip_forward",
                     // Else answers between two pods of one bridge go around the translation of addresses.
                     "/proc/sys/net/bridge/bridge-nf-call-iptables",
                     // Node ports on 127.0.0.1; the table refuses loopback destinations from outside.
                     "/proc/sys/net/ipv4/conf/all/route_localnet"}) {
    std::ofstream file(path);
    if (!(file << "1" << std::flush)) spdlog::warn("proxy: setting_failed path={}", path);
  }
}

} // namespace

/// A client whose endpoint is gone gets another one with its next connection.
void kernel_state::forget_clients(const net::nftables::change& c) {
  auto lost = net::nftables::lost_endpoints(c);
  for (bool udp : {false, true}) {
    if (std::none_of(lost.begin(), lost.end(), [udp](auto& l) { return l.udp == udp; })) continue;
    auto done = client->run(net::nftables::list_affinity(table, udp)).and_then([&](const std::string& listing) {
      auto commands = net::nftables::forget_affinity(table, udp, listing, lost);
      return commands.empty() ? tl::expected<std::string, std::string>() : client->run(commands);
    });
    if (!done) spdlog::warn("proxy: clients_not_forgotten error=\"{}\"", done.error());
  }
}

caf::result<std::uint64_t> kernel_state::write(const kernel_job& job) {
  if (!client) {
    client = std::make_unique<net::nftables::client>();
    prepare_machine();
  }
  std::vector<std::string> scripts;
  if (job.replace)
    scripts = writer->replace(*job.what);
  else
    scripts.push_back(writer->apply(*job.what));
  for (auto& script : scripts) {
    if (script.empty()) continue;
    if (auto done = client->run(script); !done) return make_error(errc::unavailable, "packet filter: " + done.error());
  }
  forget_clients(*job.what);
  auto cut = net::nftables::forget(net::nftables::cut_flows(*job.what));
  if (!cut) {
    // Rules are in place; such flows end by themselves when their clients fall silent.
    spdlog::warn("proxy: udp_flows_stay error=\"{}\"", cut.error());
    return std::uint64_t{0};
  }
  return static_cast<std::uint64_t>(*cut);
}

kernel_actor::behavior_type kernel(kernel_state::self_pointer self, proxy_config config) {
  self->state.table = net::nftables::table_name(config.instance);
  self->state.writer = std::make_unique<net::nftables::script_writer>(net::nftables::table_config{
    self->state.table, config.service_cidr, config.cluster_cidr});
  return {[self](write_atom, const kernel_job& job) { return self->state.write(job); }};
}

kernel_actor::behavior_type hollow_kernel(stateful<hollow_kernel_state, kernel_actor::base>*) {
  return {[](write_atom, const kernel_job&) { return std::uint64_t{0}; }};
}

kernel_actor spawn_kernel(caf::local_actor& parent, const environment& env, const proxy_config& config) {
  if (config.hollow) return parent.spawn(hollow_kernel);
  if (!net::nftables::permitted()) {
    spdlog::error("proxy: not_permitted reason=\"services have no addresses on this node: CAP_NET_ADMIN is missing\"");
    return parent.spawn(hollow_kernel);
  }
  return spawn_blocking(parent, env, kernel, config);
}

} // namespace troupe::actors::proxy
