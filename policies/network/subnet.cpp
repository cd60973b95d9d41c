#include "policies/network/subnet.hpp"
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::network {

namespace {

ipv4 mask(int bits) noexcept { return bits <= 0 ? 0 : ~ipv4{0} << (32 - bits); }

} // namespace

bool subnet::contains(ipv4 address) const noexcept { return (address & mask(bits)) == base; }

bool subnet::contains(const subnet& other) const noexcept { return other.bits >= bits && contains(other.base); }

bool subnet::overlaps(const subnet& other) const noexcept { return contains(other) || other.contains(*this); }

subnet subnet_of(ipv4 address, int bits) noexcept { return {address & mask(bits), bits}; }

std::optional<subnet> parse_subnet(std::string_view text) noexcept {
  auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto base = services::parse_ipv4(text.substr(0, slash));
  auto length = text.substr(slash + 1);
  int bits = 0;
  auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (!base || error != std::errc{} || end != length.data() + length.size() || length.size() > 2 ||
      (length.size() == 2 && length[0] == '0') || bits < 0 || bits > 32 || (*base & ~mask(bits)) != 0)
    return std::nullopt;
  return subnet{*base, bits};
}

std::string to_text(const subnet& s) { return fmt::format("{}/{}", services::to_text(s.base), s.bits); }

} // namespace troupe::policies::network
