#pragma once
#include <cstdint>

namespace troupe::policies::chaos {

/// SplitMix64: small, fast, and the same on every machine. All chance of a simulation comes from one of these.
class chance {
public:
  explicit chance(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {
    auto z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// In [0, bound); 0 for a bound of 0.
  std::uint64_t below(std::uint64_t bound) noexcept { return bound == 0 ? 0 : next() % bound; }
  /// In [low, high].
  std::uint64_t between(std::uint64_t low, std::uint64_t high) noexcept { return low + below(high - low + 1); }
  bool percent(std::uint64_t likely) noexcept { return below(100) < likely; }

private:
  std::uint64_t state_;
};

} // namespace troupe::policies::chaos
