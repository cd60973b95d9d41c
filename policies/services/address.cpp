#include "policies/services/address.hpp"
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::services {

std::optional<ipv4> parse_ipv4(std::string_view text) noexcept {
  ipv4 out = 0;
  for (int i = 0; i < 4; ++i) {
    auto part = text.substr(0, i < 3 ? text.find('.') : text.size());
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return std::nullopt;
    unsigned number = 0;
    auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc{} || end != part.data() + part.size() || number > 255) return std::nullopt;
    out = out << 8 | number;
    if (i == 3) break;
    if (part.size() == text.size()) return std::nullopt;
    text.remove_prefix(part.size() + 1);
  }
  return out;
}

std::string to_text(ipv4 a) { return fmt::format("{}.{}.{}.{}", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255); }

} // namespace troupe::policies::services
