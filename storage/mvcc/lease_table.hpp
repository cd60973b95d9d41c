#pragma once
#include "storage/mvcc/types.hpp"
#include <chrono>
#include <map>
#include <optional>
#include <set>

namespace troupe::storage::mvcc {

/// When leases run out, as the leader sees it. Not part of the replicated state: a new leader gives every lease its
/// whole time again (etcd's `Promote`), so a lease never ends early, and expiry becomes a revoke command.
class lease_table {
public:
  using time = std::chrono::nanoseconds; ///< since any fixed instant

  void grant(lease_id id, std::int64_t ttl_seconds, time now);
  void revoke(lease_id id);
  /// Starts the time anew; the TTL in seconds, or nothing if there is no such lease.
  std::optional<std::int64_t> keepalive(lease_id id, time now);
  /// Whole seconds left, at least 0.
  [[nodiscard]] std::optional<std::int64_t> remaining(lease_id id, time now) const;
  /// Up to `max` leases that ran out, each told once: it is on hold until it is revoked or kept alive.
  [[nodiscard]] std::vector<lease_id> expired(time now, std::size_t max);
  /// The revocation of this lease failed: tell it again at `when`.
  void retry(lease_id id, time when);
  [[nodiscard]] std::optional<time> next_deadline() const;
  void clear();

private:
  struct running {
    std::int64_t ttl_seconds;
    time deadline;
    bool waiting; ///< in deadlines_
  };
  void schedule(lease_id id, running& r, time deadline);

  std::map<lease_id, running> leases_;
  std::set<std::pair<time, lease_id>> deadlines_;
};

} // namespace troupe::storage::mvcc
