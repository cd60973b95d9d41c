#pragma once
#include "net/netlink/link.hpp"

namespace troupe::net::netlink {

/// A static neighbour of a device: packets to the next hop `ip` go to this hardware address.
struct neighbour {
  std::uint32_t ip = 0; ///< host byte order
  hardware_address hardware{};
  bool operator==(const neighbour&) const = default;
};
/// A static entry of a VXLAN device's forwarding table: frames to this hardware address go to the node `ip`.
struct forwarding {
  hardware_address hardware{};
  std::uint32_t ip = 0; ///< host byte order
  bool operator==(const forwarding&) const = default;
};

/// The permanent IPv4 neighbours of a device.
[[nodiscard]] tl::expected<std::vector<neighbour>, std::string> neighbours(const std::string& device);
/// Replaces what was known of this address.
[[nodiscard]] tl::expected<void, std::string> put_neighbour(const std::string& device, const neighbour& n);
/// Fine if it is not there.
[[nodiscard]] tl::expected<void, std::string> remove_neighbour(const std::string& device, std::uint32_t ip);

[[nodiscard]] tl::expected<std::vector<forwarding>, std::string> forwardings(const std::string& device);
/// In place of another node for this hardware address.
[[nodiscard]] tl::expected<void, std::string> put_forwarding(const std::string& device, const forwarding& f);
/// Fine if it is not there.
[[nodiscard]] tl::expected<void, std::string> remove_forwarding(const std::string& device, const forwarding& f);

} // namespace troupe::net::netlink
