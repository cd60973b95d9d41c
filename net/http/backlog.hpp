#pragma once
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>

namespace troupe::net::http {

/// Bytes that were given to a connection and have not gone out yet. Every verb may be called from any thread.
class backlog {
public:
  /// Counts `bytes`; the new total, or nothing (and they stay counted) if it exceeds `max`.
  std::optional<std::size_t> add(std::size_t bytes, std::size_t max);
  /// So many bytes have gone out. Calls the drained callback if they were the last.
  void sent(std::size_t bytes);
  /// Replaces the callback for "everything has gone out"; empty removes it.
  void on_drained(std::function<void()> callback);
  [[nodiscard]] std::size_t pending() const noexcept { return pending_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::size_t> pending_{0};
  std::mutex mutex_;
  std::function<void()> on_drained_;  // guarded by mutex_
};

} // namespace troupe::net::http
