#include "net/certificates/base64.hpp"
#include <array>
#include <cstdint>

namespace troupe::net::certificates {

namespace {

constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using table = std::array<std::int8_t, 256>;

constexpr table reverse(std::string_view alphabet) {
  table values{};
  values.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr table standard_values = reverse(standard), url_values = reverse(url_safe);

std::string encode(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = (group << 8) | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= have) out += alphabet[(group >> (18 - 6 * k)) & 63];
      else if (pad) out += '=';
    }
  }
  return out;
}

std::optional<std::string> decode(std::string_view text, const table& values) {
  if (text.size() % 4 == 1) return {};
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto value = values[static_cast<unsigned char>(c)];
    if (value < 0) return {};
    group = (group << 6) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>((group >> bits) & 255);
  }
  // Two texts for the same bytes would let a signature be written in two ways.
  if ((group & ((1U << bits) - 1)) != 0) return {};
  return out;
}

} // namespace

std::string base64(std::string_view bytes) { return encode(bytes, standard, true); }
std::string base64url(std::string_view bytes) { return encode(bytes, url_safe, false); }

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return decode(text, standard_values);
}

std::optional<std::string> base64url_decode(std::string_view text) { return decode(text, url_values); }

} // namespace troupe::net::certificates
