#include "storage/engine/checksum.hpp"
#include <array>
#include <cstddef>
#include <cstring>

namespace troupe::storage::engine {

namespace {

constexpr std::uint32_t polynomial = 0x82f63b78; // Reflected.

constexpr auto make_tables() {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    auto crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][i] = crc;
  }
  for (std::uint32_t i = 0; i < 256; ++i)
    for (std::size_t t = 1; t < 8; ++t) tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 0xff];
  return tables;
}
constexpr auto tables = make_tables();

std::uint32_t extend_portable(std::uint32_t crc, const char* at, std::size_t size) noexcept {
  for (; size >= 8; at += 8, size -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8); // The project runs on little-endian machines only.
    word ^= crc;
    crc = 0;
    for (std::size_t t = 0; t < 8; ++t) crc ^= tables[7 - t][(word >> (8 * t)) & 0xff];
  }
  for (; size > 0; ++at, --size) crc = (crc >> 8) ^ tables[0][(crc ^ static_cast<unsigned char>(*at)) & 0xff];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t extend_native(std::uint32_t crc, const char* at,
                                                              std::size_t size) noexcept {
  std::uint64_t wide = crc;
  for (; size >= 8; at += 8, size -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (; size > 0; ++at, --size) crc = __builtin_ia32_crc32qi(crc, static_cast<unsigned char>(*at));
  return crc;
}
const bool native = __builtin_cpu_supports("sse4.2") != 0;
#else
constexpr bool native = false;
constexpr auto extend_native = extend_portable;
#endif

} // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) noexcept {
  auto crc = ~before;
  crc = native ? extend_native(crc, bytes.data(), bytes.size()) : extend_portable(crc, bytes.data(), bytes.size());
  return ~crc;
}

} // namespace troupe::storage::engine
