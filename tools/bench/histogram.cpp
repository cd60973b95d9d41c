#include "tools/bench/histogram.hpp"
#include <algorithm>
#include <bit>
#include <cmath>

namespace troupe::tools::bench {

namespace {
// A bucket is (exponent, 8 bits of mantissa below the leading one); values below 512 have a bucket each.
constexpr unsigned mantissa_bits = 8;
constexpr unsigned value_bits_max = 42;
constexpr std::size_t buckets = ((value_bits_max - mantissa_bits - 1) << mantissa_bits) + (2U << mantissa_bits);
} // namespace

histogram::histogram() : buckets_(buckets, 0) {}

std::size_t histogram::bucket_of(std::uint64_t value) noexcept {
  const auto bits = static_cast<unsigned>(std::bit_width(value));
  if (bits <= mantissa_bits + 1) return value;
  const auto shift = bits - mantissa_bits - 1;
  return std::min<std::size_t>(buckets - 1, (std::size_t{shift} << mantissa_bits) + (value >> shift));
}

std::uint64_t histogram::last_value_of(std::size_t bucket) noexcept {
  if (bucket < (2U << mantissa_bits)) return bucket;
  const auto shift = (bucket >> mantissa_bits) - 1;
  const auto mantissa = bucket - (shift << mantissa_bits);
  return ((std::uint64_t{mantissa} + 1) << shift) - 1;
}

void histogram::record(std::uint64_t nanoseconds) noexcept {
  ++buckets_[bucket_of(nanoseconds)];
  ++count_;
  min_ = std::min(min_, nanoseconds);
  max_ = std::max(max_, nanoseconds);
  sum_ += static_cast<double>(nanoseconds);
}

void histogram::merge(const histogram& other) noexcept {
  for (std::size_t i = 0; i < buckets; ++i)
    buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

double histogram::mean() const noexcept { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

std::uint64_t histogram::at(double quantile) const noexcept {
  if (count_ == 0) return 0;
  const auto wanted = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_));
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    seen += buckets_[i];
    // The last bucket has no end of its own.
    if (seen >= rank) return i == buckets - 1 ? max_ : std::clamp(last_value_of(i), min_, max_);
  }
  return max_;
}

} // namespace troupe::tools::bench
