#pragma once
#include "policies/network/subnet.hpp"
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// Names and numbers that every node computes for itself, so that nothing has to be exchanged.
namespace troupe::policies::network {

using hardware_address = std::array<std::uint8_t, 6>;

/// The protocol number of our routes: no routing daemon uses it (/etc/iproute2/rt_protos), so that routes of others
/// are told apart.
inline constexpr std::uint8_t route_protocol = 116;
/// What the encapsulation takes from a packet: outer Ethernet 14, IPv4 20, UDP 8, VXLAN 8 (RFC 7348, section 5).
inline constexpr std::uint32_t overlay_overhead = 50;
/// The port that the kernel and other pod networks use by default.
inline constexpr std::uint16_t overlay_port_default = 8472;

/// Interface name of an instance's tunnel: "tr-<instance>-v", cut and hashed where that is longer than the 15
/// characters that the kernel takes.
[[nodiscard]] std::string overlay_name(std::string_view instance);
/// The number of the cluster's virtual network, from 1 to 2^24 - 1.
[[nodiscard]] std::uint32_t overlay_number(std::string_view cluster_id) noexcept;
/// The tunnel's hardware address at the node with this IP address; a locally administered one.
[[nodiscard]] hardware_address overlay_hardware(ipv4 node) noexcept;
/// The metric of an instance's routes. With `route_protocol` it tells them from those of other instances on the same
/// machine, also when the ranges of the cluster are no longer known.
[[nodiscard]] std::uint32_t route_metric(std::string_view instance) noexcept;

} // namespace troupe::policies::network
