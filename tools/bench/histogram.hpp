#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe::tools::bench {

/// Counts durations in buckets whose width grows with the value, so that every quantile is right within 1/256 of itself
/// at a fixed size (the idea of HdrHistogram). Values are nanoseconds; those above 73 minutes share the last bucket.
class histogram {
public:
  histogram();

  void record(std::uint64_t nanoseconds) noexcept;
  /// Adds what another thread counted.
  void merge(const histogram& other) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// Exact; 0 while nothing is recorded.
  [[nodiscard]] std::uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] double mean() const noexcept;
  /// The smallest recorded value that at least the `quantile` part (0 to 1) of all values does not exceed, rounded up
  /// to the end of its bucket but never above the maximum; 0 while nothing is recorded.
  [[nodiscard]] std::uint64_t at(double quantile) const noexcept;

private:
  [[nodiscard]] static std::size_t bucket_of(std::uint64_t value) noexcept;
  [[nodiscard]] static std::uint64_t last_value_of(std::size_t bucket) noexcept;

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0, min_ = UINT64_MAX, max_ = 0;
  double sum_ = 0;
};

} // namespace troupe::tools::bench
