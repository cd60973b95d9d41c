#pragma once
#include "net/etcd/handler.hpp"
#include <atomic>

namespace troupe::net::etcd {

/// Whether a store has room for more. Above its limit it raises the alarm NOSPACE: what would add data is refused until
/// the store has become smaller, when the alarm clears by itself. One per store, shared by all who let requests in; all
/// members are thread safe.
class space_quota {
public:
  /// 0 = no limit.
  explicit space_quota(std::uint64_t limit_bytes) : limit_(limit_bytes) {}

  /// The size of the store became known, with all that was admitted before. True: the alarm came or went.
  bool measured(std::uint64_t bytes) noexcept;
  /// A request of so many bytes that adds data. True: it may go on, and counts until the next measurement.
  [[nodiscard]] bool admit(std::uint64_t bytes) noexcept;
  [[nodiscard]] bool alarm() const noexcept { return alarm_; }

private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
  std::atomic<bool> alarm_{false};
};

/// Whether the branches of a transaction, at any depth, write a key. Others are done also without space.
[[nodiscard]] bool adds_data(const pb::TxnRequest& r);

} // namespace troupe::net::etcd
