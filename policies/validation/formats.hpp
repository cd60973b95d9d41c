#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::validation {

/// What is wrong with a value, in Kubernetes' words; empty if nothing is.
using messages = std::vector<std::string>;

// Names (apimachinery, names and identifiers).
[[nodiscard]] messages is_dns_subdomain(std::string_view text);
[[nodiscard]] messages is_dns_label(std::string_view text);
[[nodiscard]] messages is_dns_1035_label(std::string_view text);
[[nodiscard]] messages is_wildcard_subdomain(std::string_view text);
[[nodiscard]] messages is_qualified_name(std::string_view text);
[[nodiscard]] messages is_label_value(std::string_view text);
/// A name that can be one part of a URL path.
[[nodiscard]] messages is_path_segment(std::string_view text);
/// `example.com/a/b`: a subdomain, a slash and a path.
[[nodiscard]] messages is_domain_prefixed_path(std::string_view text);
[[nodiscard]] messages is_config_key(std::string_view text);
[[nodiscard]] messages is_environment_name(std::string_view text);
[[nodiscard]] messages is_http_header_name(std::string_view text);
[[nodiscard]] messages is_port_name(std::string_view text);

// Numbers.
[[nodiscard]] messages is_port_number(std::int64_t number);
[[nodiscard]] messages is_in_range(std::int64_t number, std::int64_t first, std::int64_t last);
/// User and group ids: 0 to 2147483647.
[[nodiscard]] messages is_user_id(std::int64_t number);
[[nodiscard]] messages is_percent(std::string_view text);

// Addresses.
struct ip_address {
  std::array<std::uint8_t, 16> bytes; ///< IPv4 in the first four
  bool v6 = false;
  [[nodiscard]] bool unspecified() const noexcept;
  [[nodiscard]] bool loopback() const noexcept;
  [[nodiscard]] bool link_local() const noexcept;
  [[nodiscard]] bool link_local_multicast() const noexcept;
};
struct ip_range {
  ip_address base; ///< as written, host bits included
  int prefix;
  [[nodiscard]] bool contains(const ip_address& address) const noexcept;
};
[[nodiscard]] std::optional<ip_address> parse_ip(std::string_view text);
[[nodiscard]] std::optional<ip_range> parse_cidr(std::string_view text);
[[nodiscard]] messages is_ip(std::string_view text);
[[nodiscard]] messages is_cidr(std::string_view text);

/// "must be no more than 63 characters".
[[nodiscard]] std::string too_long_text(std::size_t characters_max);
/// generateName as it is checked: a trailing dash stands for the suffix that will follow.
[[nodiscard]] std::string masked_trailing_dash(std::string_view prefix);

} // namespace troupe::policies::validation
