#pragma once
#include "policies/queueing/backoff.hpp"
#include "policies/queueing/delaying_queue.hpp"
#include "policies/queueing/token_bucket.hpp"
#include "policies/queueing/work_queue.hpp"
#include <algorithm>
#include <optional>

namespace troupe::policies::queueing {

/// Bounds of retries; the defaults are those of client-go's controllers.
struct retry_config {
  duration delay_min = std::chrono::milliseconds(5);
  duration delay_max = std::chrono::seconds(1000);
  double retries_per_second = 10; ///< over all keys
  double retries_burst = 100;
};

/// What a controller loop works off: the deduplicating queue with delayed and rate-limited adding. Success calls
/// `forget` and `done`, failure calls `retry` and `done`, "look again later" calls `add_after` and `done`.
template <class Key> class retry_queue {
public:
  explicit retry_queue(retry_config config = {})
    : backoff_(config.delay_min, config.delay_max), bucket_(config.retries_per_second, config.retries_burst) {}

  void add(const Key& key) { ready_.add(key); }
  void add_after(const Key& key, instant now, duration delay) {
    if (delay <= duration::zero()) ready_.add(key);
    else later_.add(key, now + delay);
  }
  /// Adds a key whose work failed after its back-off; gives the delay.
  duration retry(const Key& key, instant now) {
    auto delay = std::max(backoff_.next(key), bucket_.reserve(now));
    add_after(key, now, delay);
    return delay;
  }
  void forget(const Key& key) { backoff_.forget(key); }

  /// Moves the keys that are due and hands out the next one.
  [[nodiscard]] std::optional<Key> take(instant now) {
    for (auto& key : later_.take_due(now)) ready_.add(key);
    return ready_.take();
  }
  void done(const Key& key) { ready_.done(key); }

  /// When `take` is worth a call although nothing is added; empty if never.
  [[nodiscard]] std::optional<instant> next_due() const { return later_.next(); }
  [[nodiscard]] int failures(const Key& key) const { return backoff_.failures(key); }
  [[nodiscard]] std::size_t ready() const noexcept { return ready_.size(); }
  [[nodiscard]] std::size_t in_work() const noexcept { return ready_.in_work(); }
  [[nodiscard]] std::size_t delayed() const noexcept { return later_.size(); }

private:
  work_queue<Key> ready_;
  delaying_queue<Key> later_;
  backoff<Key> backoff_;
  token_bucket bucket_;
};

} // namespace troupe::policies::queueing
