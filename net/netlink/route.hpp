#pragma once
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::net::netlink {

/// A unicast IPv4 route of the main table. Addresses in host byte order.
struct route {
  std::uint32_t to = 0;
  int bits = 0;
  std::uint32_t via = 0;    ///< next hop; 0: the destination is on the link
  std::uint32_t index = 0;  ///< of the interface; 0 for routes with several next hops
  std::uint32_t source = 0; ///< preferred source address; 0: the kernel chooses
  std::uint32_t metric = 0;
  std::uint8_t protocol = 0; ///< who made it (RTPROT_*)
  bool operator==(const route&) const = default;
};

[[nodiscard]] tl::expected<std::vector<route>, std::string> routes();

/// Adds the route, in place of one to the same destination with the same metric. The next hop need not be in a range of
/// the interface.
[[nodiscard]] tl::expected<void, std::string> put_route(const route& r);
/// Removes a route to this destination with this interface, metric and protocol; fine if there is none.
[[nodiscard]] tl::expected<void, std::string> remove_route(const route& r);

} // namespace troupe::net::netlink
