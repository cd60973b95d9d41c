#include "policies/network/layout.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::network {

namespace {

constexpr std::uint32_t mtu_default = 1500;

/// The interface and range that the node's own address is in. Only its range counts as "the same subnet": then both
/// ends decide alike, and packets come back the way they went, which reverse-path filters demand.
struct underlay {
  const interface* device = nullptr;
  subnet range;
};

underlay underlay_of(const machine_view& machine, ipv4 self) {
  for (auto& i : machine.interfaces)
    for (auto& a : i.addresses)
      if (a.address == self && self != 0) return {&i, subnet_of(a.address, a.bits)};
  return {};
}

tunnel tunnel_of(const cluster_view& c, const underlay& under) {
  auto mtu = under.device ? under.device->mtu : mtu_default;
  return {overlay_name(c.instance),
          overlay_number(c.cluster_id),
          c.overlay_port,
          under.device ? c.self.address : 0,
          c.self.pods.first_host(),
          overlay_hardware(c.self.address),
          // Less would be no IPv4 link any more (RFC 791).
          std::max<std::uint32_t>(mtu, 68 + overlay_overhead) - overlay_overhead};
}

void add_service_route(layout& out, const cluster_view& c, const machine_view& machine, const underlay& under) {
  if (!under.device) return;
  bool covered = std::any_of(machine.foreign.begin(), machine.foreign.end(),
                             [&](auto& to) { return to.contains(c.services); });
  if (!covered) out.routes.insert({c.services, 0, under.device->name, c.self.address});
}

} // namespace

layout_plan plan_layout(const cluster_view& c, const machine_view& machine) {
  layout_plan out;
  auto under = underlay_of(machine, c.self.address);
  auto name = overlay_name(c.instance);
  for (auto& n : c.nodes) {
    for (auto& f : machine.foreign)
      if (n.pods.contains(f))
        out.problems.push_back(fmt::format(
          "node {}: somebody else's route to {} may lead packets to its pods elsewhere", n.name, to_text(f)));
    bool direct = c.direct && under.device && under.range.contains(n.address);
    if (direct) {
      out.wanted.routes.insert({n.pods, n.address, under.device->name, 0});
      continue;
    }
    out.wanted.peers.insert({n.pods.first_host(), overlay_hardware(n.address), n.address});
    out.wanted.routes.insert({n.pods, n.pods.first_host(), name, 0});
  }
  if (!out.wanted.peers.empty()) out.wanted.device = tunnel_of(c, under);
  add_service_route(out.wanted, c, machine, under);
  return out;
}

} // namespace troupe::policies::network
