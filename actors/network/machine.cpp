#include "actors/network/machine.hpp"
#include "net/netlink/address.hpp"
#include "net/netlink/neighbour.hpp"
#include "net/netlink/route.hpp"
#include "net/nftables/forward_rules.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <net/if.h>

namespace troupe::actors::network {

namespace netlink = net::netlink;
namespace policy = policies::network;

namespace {

using outcome = tl::expected<void, std::string>;

outcome set(const std::string& path, const char* value) {
  std::ofstream file(path);
  if (file << value << std::flush) return {};
  // Where /proc is read-only it may be right already.
  std::string present;
  if (std::ifstream(path) >> present && present == value) return {};
  return tl::unexpected(fmt::format("cannot set {} to {}", path, value));
}

bool is_ours(const netlink::route& r, const std::string& instance) {
  return r.protocol == policy::route_protocol && r.metric == policy::route_metric(instance);
}

/// Neighbours and forwarding entries of the tunnel, joined by hardware address.
outcome read_peers(const std::string& device, std::set<policy::peer>& out) {
  auto neighbours = netlink::neighbours(device);
  if (!neighbours) return tl::unexpected(neighbours.error());
  auto forwardings = netlink::forwardings(device);
  if (!forwardings) return tl::unexpected(forwardings.error());
  std::multimap<policy::hardware_address, std::uint32_t> nodes;
  for (auto& f : *forwardings) nodes.emplace(f.hardware, f.ip);
  for (auto& n : *neighbours) {
    auto found = nodes.find(n.hardware);
    out.insert({n.ip, n.hardware, found == nodes.end() ? 0 : found->second});
    if (found != nodes.end()) nodes.erase(found);
  }
  for (auto& [hardware, node] : nodes) out.insert({0, hardware, node});
  return {};
}

outcome read_device(const netlink::link& l, const std::vector<netlink::address>& addresses, policy::layout& out) {
  policy::tunnel found{.name = l.name, .hardware = l.hardware, .mtu = l.mtu};
  // A device that is down, or of another kind, equals no wanted one.
  if (l.tunnel && l.up) found.number = l.tunnel->number, found.port = l.tunnel->port, found.local = l.tunnel->local;
  for (auto& a : addresses)
    if (a.index == l.index && a.bits == 32) found.address = a.ip;
  out.device = found;
  return read_peers(l.name, out.peers);
}

outcome make(const policy::tunnel& t) {
  auto done = netlink::make_vxlan(t.name, {t.number, t.port, t.local}, t.hardware, t.mtu);
  if (!done) return done;
  done = netlink::add_address(t.name, t.address, 32);
  // A node with several addresses may get packets on another way than it sends them.
  if (done) done = set("/proc/sys/net/ipv4/conf/" + t.name + "/rp_filter", "2");
  if (!done) (void)netlink::remove_link(t.name);
  return done;
}

outcome add(const std::string& device, const policy::peer& p) {
  auto done = netlink::put_forwarding(device, {p.hardware, p.node});
  return done ? netlink::put_neighbour(device, {p.address, p.hardware}) : done;
}

outcome remove(const std::string& device, const policy::peer& p) {
  outcome done;
  if (p.address != 0) done = netlink::remove_neighbour(device, p.address);
  if (done && p.node != 0) done = netlink::remove_forwarding(device, {p.hardware, p.node});
  return done;
}

netlink::route to_kernel(const policy::route& r, const std::string& instance) {
  return {r.to.base, r.to.bits, r.via, if_nametoindex(r.device.c_str()), r.source, policy::route_metric(instance),
          policy::route_protocol};
}

outcome put(const netlink::route& r, const std::string& device) {
  // Without an interface the kernel would look for one by itself.
  if (r.index == 0) return tl::unexpected("the interface " + device + " is gone");
  return netlink::put_route(r);
}

} // namespace

tl::expected<machine_state, std::string> read_machine(const std::string& instance) {
  auto links = netlink::links();
  if (!links) return tl::unexpected(links.error());
  auto addresses = netlink::addresses();
  if (!addresses) return tl::unexpected(addresses.error());
  auto routes = netlink::routes();
  if (!routes) return tl::unexpected(routes.error());
  machine_state out;
  std::map<std::uint32_t, std::string> names;
  auto tunnel = policy::overlay_name(instance);
  for (auto& l : *links) {
    names.emplace(l.index, l.name);
    if (l.name == tunnel) {
      if (auto done = read_device(l, *addresses, out.present); !done) return tl::unexpected(done.error());
      continue;
    }
    if (!l.up || l.loopback) continue;
    auto& i = out.machine.interfaces.emplace_back(policy::interface{l.name, l.mtu, {}});
    for (auto& a : *addresses)
      if (a.index == l.index) i.addresses.push_back({a.ip, a.bits});
  }
  for (auto& r : *routes) {
    policy::subnet to{r.to, r.bits};
    if (is_ours(r, instance)) out.present.routes.insert({to, r.via, names[r.index], r.source});
    else out.machine.foreign.push_back(to);
  }
  return out;
}

outcome carry_out(const policy::step& step, const std::string& instance) {
  auto device = policy::overlay_name(instance);
  return std::visit(
    [&](auto& s) -> outcome {
      using kind = std::decay_t<decltype(s)>;
      if constexpr (std::is_same_v<kind, policy::remove_device>) return netlink::remove_link(s.name);
      if constexpr (std::is_same_v<kind, policy::make_device>) return make(s.what);
      if constexpr (std::is_same_v<kind, policy::remove_peer>) return remove(device, s.what);
      if constexpr (std::is_same_v<kind, policy::add_peer>) return add(device, s.what);
      if constexpr (std::is_same_v<kind, policy::remove_route>)
        return netlink::remove_route(to_kernel(s.what, instance));
      if constexpr (std::is_same_v<kind, policy::put_route>) return put(to_kernel(s.what, instance), s.what.device);
    },
    step);
}

tl::expected<kernel_report, std::string> reconcile(const policy::cluster_view& cluster) {
  auto state = read_machine(cluster.instance);
  if (!state) return tl::unexpected(state.error());
  auto plan = policy::plan_layout(cluster, state->machine);
  kernel_report out;
  out.tunnel = plan.wanted.device.has_value();
  out.problems = std::move(plan.problems);
  auto note = [&](const outcome& done) {
    if (!done) out.errors.push_back(done.error());
  };
  note(set("/proc/sys/net/ipv4/ip_forward", "1"));
  auto accepted = net::nftables::accept_forwarded(cluster.instance, to_text(cluster.cluster));
  if (accepted) out.steps += *accepted;
  else out.errors.push_back("accept forwarded packets: " + accepted.error());
  for (auto& step : policy::steps_between(state->present, plan.wanted)) {
    note(carry_out(step, cluster.instance));
    ++out.steps;
  }
  return out;
}

std::uint32_t pod_mtu(const std::string& instance, const std::string& node_ip) {
  std::uint32_t mtu = 1500;
  auto state = read_machine(instance);
  if (!state) return mtu;
  auto self = policies::services::parse_ipv4(node_ip);
  for (auto& i : state->machine.interfaces)
    for (auto& a : i.addresses)
      if (self && a.address == *self) mtu = i.mtu;
  return state->present.device ? std::min(mtu, state->present.device->mtu) : mtu;
}

} // namespace troupe::actors::network
