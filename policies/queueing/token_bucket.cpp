#include "policies/queueing/token_bucket.hpp"
#include <algorithm>

namespace troupe::policies::queueing {

token_bucket::token_bucket(double per_second, double burst) noexcept
  : per_second_(per_second), burst_(burst), tokens_(burst) {}

double token_bucket::available(instant now) const noexcept {
  if (!started_ || now <= last_) return tokens_;
  auto gained = std::chrono::duration<double>(now - last_).count() * per_second_;
  return std::min(burst_, tokens_ + gained);
}

void token_bucket::refill(instant now) noexcept {
  tokens_ = available(now);
  if (!started_ || now > last_) last_ = now;
  started_ = true;
}

bool token_bucket::try_take(instant now) noexcept {
  refill(now);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

duration token_bucket::reserve(instant now) noexcept {
  refill(now);
  tokens_ -= 1;
  if (tokens_ >= 0) return duration::zero();
  return std::chrono::ceil<duration>(std::chrono::duration<double>(-tokens_ / per_second_));
}

} // namespace troupe::policies::queueing
