#include "policies/defaulting/base64.hpp"
#include <array>
#include <cstdint>

namespace troupe::policies::defaulting {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto digit_values = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}();

} // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= left ? alphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  int digits = 0, padding = 0;
  for (char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      if (digits + padding < 2 || digits + padding >= 4) return {};
      ++padding;
      continue;
    }
    auto value = digit_values[static_cast<unsigned char>(c)];
    if (value < 0 || padding) return {};
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (++digits < 4) continue;
    for (int shift : {16, 8, 0})
      out += static_cast<char>(group >> shift & 255);
    group = 0;
    digits = 0;
  }
  if (digits == 0) return padding == 0 ? std::optional(std::move(out)) : std::nullopt;
  if (digits + padding != 4) return {};
  group <<= 6 * padding;
  out += static_cast<char>(group >> 16 & 255);
  if (digits == 3) out += static_cast<char>(group >> 8 & 255);
  return out;
}

std::size_t decoded_size(std::string_view text) noexcept {
  std::size_t digits = 0;
  for (char c : text)
    digits += c != '=' && c != '\n' && c != '\r';
  return digits * 3 / 4;
}

} // namespace troupe::policies::defaulting
