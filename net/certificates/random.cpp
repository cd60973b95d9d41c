#include "net/certificates/random.hpp"
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <string_view>

namespace troupe::net::certificates {

random_source system_random() {
  return [](std::span<std::uint8_t> into) {
    if (RAND_bytes(into.data(), static_cast<int>(into.size())) != 1) std::abort();
  };
}

std::string random_name(const random_source& random, std::size_t count) {
  static constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  // Bytes from here on would favour the first letters.
  constexpr auto fair = 256 / alphabet.size() * alphabet.size();
  std::string name;
  std::array<std::uint8_t, 32> bytes{};
  while (name.size() < count) {
    random(bytes);
    for (const auto byte : bytes)
      if (byte < fair && name.size() < count) name += alphabet[byte % alphabet.size()];
  }
  return name;
}

std::string random_uuid(const random_source& random) {
  std::array<std::uint8_t, 16> b{};
  random(b);
  b[6] = static_cast<std::uint8_t>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<std::uint8_t>((b[8] & 0x3f) | 0x80);
  return fmt::format(
      "{:02x}{:02x}{:02x}{:02x}-{:02x}{:02x}-{:02x}{:02x}-{:02x}{:02x}-{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}", b[0],
      b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

} // namespace troupe::net::certificates
