#pragma once
#include <cstdint>

namespace troupe::tests::simulation {

/// SplitMix64: small, fast, and the same on every machine.
class random {
public:
  explicit random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    auto z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// In [0, bound).
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// In [low, high].
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
  bool percent(std::uint64_t chance) { return below(100) < chance; }

private:
  std::uint64_t state_;
};

} // namespace troupe::tests::simulation
