#include "net/http/backlog.hpp"

namespace troupe::net::http {

std::optional<std::size_t> backlog::add(std::size_t bytes, std::size_t max) {
  const auto total = pending_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (total > max) return {};
  return total;
}

void backlog::sent(std::size_t bytes) {
  auto before = pending_.load(std::memory_order_relaxed);
  std::size_t after = 0;
  do {
    after = before > bytes ? before - bytes : 0;
  } while (!pending_.compare_exchange_weak(before, after, std::memory_order_relaxed));
  if (before == 0 || after != 0) return;
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    callback = on_drained_;
  }
  if (callback) callback();
}

void backlog::on_drained(std::function<void()> callback) {
  // Swapped, so that the old one ends after the lock: it may own what calls back into here.
  const std::lock_guard lock(mutex_);
  on_drained_.swap(callback);
}

} // namespace troupe::net::http
