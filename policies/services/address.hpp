#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::policies::services {

/// IPv4 address in host byte order.
using ipv4 = std::uint32_t;

/// Four decimal numbers without leading zeros, as Kubernetes writes addresses; nothing for anything else.
[[nodiscard]] std::optional<ipv4> parse_ipv4(std::string_view text) noexcept;
[[nodiscard]] std::string to_text(ipv4 address);

} // namespace troupe::policies::services
