#pragma once
#include <cstdint>
#include <string>

/// What this machine says of itself.
namespace troupe::tools {

/// Its host name in small letters; "node" if it has none.
[[nodiscard]] std::string host_name();
/// The IPv4 address of the first interface that is up and leads somewhere; loopback if there is none.
[[nodiscard]] std::string host_address();
/// Whether a program could listen on this TCP port now.
[[nodiscard]] bool port_is_free(const std::string& address, std::uint16_t port);

} // namespace troupe::tools
