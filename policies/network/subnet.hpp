#pragma once
#include "policies/services/address.hpp"
#include <optional>
#include <string>
#include <string_view>

namespace troupe::policies::network {

using services::ipv4;

/// An IPv4 range. Invariant: the bits of `base` behind the first `bits` are zero.
struct subnet {
  ipv4 base = 0;
  int bits = 0; ///< 0 to 32

  [[nodiscard]] bool contains(ipv4 address) const noexcept;
  [[nodiscard]] bool contains(const subnet& other) const noexcept;
  [[nodiscard]] bool overlaps(const subnet& other) const noexcept;
  /// The address of the range's gateway, as the bridge of a node's pods has it.
  [[nodiscard]] ipv4 first_host() const noexcept { return bits < 32 ? base + 1 : base; }
  auto operator<=>(const subnet&) const = default;
};

/// The range of this length that an address is in.
[[nodiscard]] subnet subnet_of(ipv4 address, int bits) noexcept;
/// "10.244.1.0/24". Nothing for text that is no IPv4 range or has bits set behind its length.
[[nodiscard]] std::optional<subnet> parse_subnet(std::string_view text) noexcept;
[[nodiscard]] std::string to_text(const subnet& s);

} // namespace troupe::policies::network
