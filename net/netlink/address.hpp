#pragma once
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::net::netlink {

/// An IPv4 address of an interface, in host byte order.
struct address {
  std::uint32_t index = 0; ///< of the interface
  std::uint32_t ip = 0;
  int bits = 32;
};

/// All IPv4 addresses of the calling thread's network namespace.
[[nodiscard]] tl::expected<std::vector<address>, std::string> addresses();
/// Fine if it is there.
[[nodiscard]] tl::expected<void, std::string> add_address(const std::string& device, std::uint32_t ip, int bits);

} // namespace troupe::net::netlink
