#pragma once
#include "policies/network/nodes.hpp"
#include "policies/network/overlay.hpp"
#include <compare>
#include <optional>
#include <set>

/// How packets come from one node to the pods of another.
///
///   both nodes on one subnet     pods of B  via  address of B           dev eth0               (direct)
///   a router between them        pods of B  via  first pod address of B dev tr-<instance>-v    (VXLAN, RFC 7348)
///
/// The tunnel learns nothing: who is behind it is written down as static neighbour and forwarding entries, which
/// follow from the nodes' addresses.
namespace troupe::policies::network {

struct interface_address {
  ipv4 address = 0;
  int bits = 32;
};

/// A network interface of this machine that is up.
struct interface {
  std::string name;
  std::uint32_t mtu = 1500;
  std::vector<interface_address> addresses;
};

/// What this node knows of its machine.
struct machine_view {
  std::vector<interface> interfaces;
  std::vector<subnet> foreign; ///< destinations of routes that others made; {0, 0} is a default route
};

/// What this node knows of its cluster.
struct cluster_view {
  std::string instance, cluster_id;
  node self; ///< address 0: not known
  subnet cluster, services;
  std::uint16_t overlay_port = overlay_port_default;
  bool direct = true; ///< false: all nodes through the tunnel, for networks that let only their own addresses pass
  std::vector<node> nodes;
};

struct tunnel {
  std::string name;
  std::uint32_t number = 0; ///< VNI
  std::uint16_t port = 0;
  ipv4 local = 0;           ///< outer source address; 0: the kernel chooses
  ipv4 address = 0;         ///< source of the node's own packets to pods behind the tunnel
  hardware_address hardware{};
  std::uint32_t mtu = 0;
  bool operator==(const tunnel&) const = default;
};

/// A node behind the tunnel. In what a kernel shows, an entry of which a half is missing has zeros there.
struct peer {
  ipv4 address = 0;  ///< next hop of the route to its pods
  hardware_address hardware{};
  ipv4 node = 0;     ///< where the encapsulated packets go
  auto operator<=>(const peer&) const = default;
};

struct route {
  subnet to;
  ipv4 via = 0;       ///< 0: the destination is on the interface's link
  std::string device;
  ipv4 source = 0;    ///< of the node's own packets; 0: the kernel chooses
  auto operator<=>(const route&) const = default;
};

/// Everything that is ours in the kernel, as it is or as it should be.
struct layout {
  std::optional<tunnel> device;
  std::set<peer> peers;
  std::set<route> routes;
  bool operator==(const layout&) const = default;
};

struct layout_plan {
  layout wanted;
  std::vector<std::string> problems; ///< one sentence each
};

/// Which nodes are reached directly and which through the tunnel; there is a tunnel only if somebody is behind it.
/// A route to the service range is part of it where the machine has no other one: without any route the kernel
/// refuses the node's own packets before the packet filter can translate their destination.
[[nodiscard]] layout_plan plan_layout(const cluster_view& cluster, const machine_view& machine);

} // namespace troupe::policies::network
