#pragma once
#include <cstdint>
#include <vector>

namespace troupe::net::discovery {

/// Where queries go. The group is of the site's own scope (RFC 2365), and with a time to live of 1 nothing leaves the
/// network that it is sent on.
struct group {
  std::uint32_t address = 0xefff5452; ///< 239.255.84.82, IPv4 in host byte order
  std::uint16_t port = 6442;
  std::vector<unsigned> interfaces;   ///< by index; empty: all that `multicast_interfaces` finds
};

/// Indexes of the interfaces that are up, have an IPv4 address and do multicast, without loopback; in ascending order,
/// so that what the machine was built with comes before bridges of containers. Empty if the kernel does not tell.
[[nodiscard]] std::vector<unsigned> multicast_interfaces();

} // namespace troupe::net::discovery
