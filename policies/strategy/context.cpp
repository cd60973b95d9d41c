#include "policies/strategy/context.hpp"

namespace troupe::policies::strategy {

std::string random_suffix(const random_source& random, std::size_t size) {
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string out;
  for (std::size_t i = 0; i < size; ++i)
    out += alphabet[random() % alphabet.size()];
  return out;
}

std::string generate_name(std::string_view base, const random_source& random) {
  constexpr std::size_t base_max = 58;
  return std::string(base.substr(0, base_max)) + random_suffix(random);
}

std::string random_uuid(const random_source& random) {
  std::uint64_t halves[]{random(), random()};
  halves[0] = (halves[0] & ~0xf000ull) | 0x4000ull;
  halves[1] = (halves[1] & ~(3ull << 62)) | (2ull << 62);
  // By hand, since each object that is created needs one.
  std::string out(36, '-');
  std::size_t at = 0;
  for (auto half : halves)
    for (int shift = 60; shift >= 0; shift -= 4) {
      if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
      out[at++] = "0123456789abcdef"[half >> shift & 15];
    }
  return out;
}

} // namespace troupe::policies::strategy
