#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// How a node becomes a member of a cluster: what is said, and what is allowed.
namespace troupe::policies::joining {

/// Where an API server is met.
struct address {
  std::string host; ///< IP address or name, IPv6 without brackets
  std::uint16_t port = 0;
  bool operator==(const address&) const = default;
};
/// "10.0.0.1:6443", "[fd00::1]:6443".
[[nodiscard]] std::string to_text(const address& a);
/// Nothing but that form.
[[nodiscard]] tl::expected<address, std::string> parse_address(std::string_view text);

/// What `troupe token create` prints: where the cluster is, how to know that it is the right one, and the token.
struct join_string {
  std::vector<address> addresses; ///< 1 to 16
  std::string ca;                 ///< SHA-256 of the CA's public key, 64 hexadecimal digits
  std::string id, secret;         ///< of the token
  bool operator==(const join_string&) const = default;
};

/// "troupe1." and the base64url of a JSON document.
[[nodiscard]] std::string encode(const join_string& s);
/// White space around the string is forgiven. The error is a sentence with the remedy.
[[nodiscard]] tl::expected<join_string, std::string> parse_join_string(std::string_view text);

} // namespace troupe::policies::joining
