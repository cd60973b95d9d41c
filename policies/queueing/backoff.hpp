#pragma once
#include "policies/queueing/clock.hpp"
#include <map>

namespace troupe::policies::queueing {

/// Exponential delay per key: `base` after the first failure, twice as much after each further one, at most `most`.
/// The defaults are those of client-go's controller rate limiter: 5 ms to 1000 s.
template <class Key> class backoff {
public:
  explicit backoff(duration base = std::chrono::milliseconds(5), duration most = std::chrono::seconds(1000))
    : base_(base), most_(most) {}

  /// Counts one failure of the key and gives the delay before the next attempt.
  [[nodiscard]] duration next(const Key& key) {
    int before = failures_[key]++;
    auto delay = base_;
    for (int i = 0; i < before && delay < most_; ++i) delay *= 2;
    return delay < most_ ? delay : most_;
  }

  /// Success: the next failure counts as the first.
  void forget(const Key& key) { failures_.erase(key); }
  [[nodiscard]] int failures(const Key& key) const {
    auto found = failures_.find(key);
    return found == failures_.end() ? 0 : found->second;
  }
  /// Number of keys with a failure on record.
  [[nodiscard]] std::size_t size() const noexcept { return failures_.size(); }

private:
  duration base_;
  duration most_;
  std::map<Key, int> failures_;
};

} // namespace troupe::policies::queueing
