#pragma once
#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace troupe::net::dns {

/// Gives the loopback interface of the calling thread's network namespace an IPv4 address (host byte order, /32), so
/// that a server of this machine can listen on it and containers reach it through their gateway. Fine if it is there.
[[nodiscard]] tl::expected<void, std::string> add_loopback_address(std::uint32_t address);
/// Fine if it is not there.
[[nodiscard]] tl::expected<void, std::string> remove_loopback_address(std::uint32_t address);

} // namespace troupe::net::dns
