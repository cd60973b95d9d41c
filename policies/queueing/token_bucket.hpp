#pragma once
#include "policies/queueing/clock.hpp"

namespace troupe::policies::queueing {

/// A bucket that holds up to `burst` tokens and gains `per_second` of them. It starts full. Time must not run
/// backwards; an earlier `now` counts as the latest one seen.
class token_bucket {
public:
  token_bucket(double per_second, double burst) noexcept;

  /// Takes a token if there is one.
  [[nodiscard]] bool try_take(instant now) noexcept;
  /// Takes a token in any case and says how long the caller must wait for it; zero if it was there.
  [[nodiscard]] duration reserve(instant now) noexcept;
  /// Whole and partial tokens in the bucket; negative when tokens of the future are taken.
  [[nodiscard]] double available(instant now) const noexcept;

private:
  void refill(instant now) noexcept;
  double per_second_;
  double burst_;
  double tokens_;
  instant last_{};
  bool started_ = false;
};

} // namespace troupe::policies::queueing
