#include "policies/validation/formats.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace troupe::policies::validation {

bool ip_address::unspecified() const noexcept {
  return std::all_of(bytes.begin(), bytes.begin() + (v6 ? 16 : 4), [](auto b) { return b == 0; });
}

bool ip_address::loopback() const noexcept {
  if (!v6) return bytes[0] == 127;
  return bytes[15] == 1 && std::all_of(bytes.begin(), bytes.begin() + 15, [](auto b) { return b == 0; });
}

bool ip_address::link_local() const noexcept {
  return v6 ? bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80 : bytes[0] == 169 && bytes[1] == 254;
}

bool ip_address::link_local_multicast() const noexcept {
  return v6 ? bytes[0] == 0xff && (bytes[1] & 0x0f) == 0x02 : bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0;
}

bool ip_range::contains(const ip_address& address) const noexcept {
  if (address.v6 != base.v6) return false;
  for (int bit = 0; bit < prefix; bit += 8) {
    auto i = static_cast<std::size_t>(bit / 8);
    auto mask = prefix - bit >= 8 ? 0xff : 0xff << (8 - (prefix - bit)) & 0xff;
    if ((address.bytes[i] & mask) != (base.bytes[i] & mask)) return false;
  }
  return true;
}

std::optional<ip_address> parse_ip(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN + 1];
  if (text.empty() || text.size() >= sizeof buffer || text.find('\0') != std::string_view::npos) return {};
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = 0;
  ip_address out{};
  out.v6 = text.find(':') != std::string_view::npos;
  if (inet_pton(out.v6 ? AF_INET6 : AF_INET, buffer, out.bytes.data()) != 1) return {};
  return out;
}

std::optional<ip_range> parse_cidr(std::string_view text) {
  auto slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  auto base = parse_ip(text.substr(0, slash));
  auto digits = text.substr(slash + 1);
  int prefix = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  bool number = error == std::errc{} && end == digits.data() + digits.size() && digits.front() != '-';
  if (!base || !number || prefix > (base->v6 ? 128 : 32)) return {};
  return ip_range{*base, prefix};
}

messages is_ip(std::string_view text) {
  if (parse_ip(text)) return {};
  return {"must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"};
}

messages is_cidr(std::string_view text) {
  if (parse_cidr(text)) return {};
  return {"must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"};
}

} // namespace troupe::policies::validation
