#include "storage/mvcc/lease_table.hpp"

namespace troupe::storage::mvcc {

namespace {
/// TTLs are bounded by etcd's 9e9 seconds, the clock by 292 years: far deadlines stop at a day of 100 years.
lease_table::time after(lease_table::time now, std::int64_t seconds) {
  constexpr std::int64_t seconds_max = 100LL * 365 * 86400;
  return now + std::chrono::seconds(std::min(seconds, seconds_max));
}
} // namespace

void lease_table::schedule(lease_id id, running& r, time deadline) {
  if (r.waiting) deadlines_.erase({r.deadline, id});
  r.deadline = deadline;
  r.waiting = true;
  deadlines_.emplace(deadline, id);
}

void lease_table::grant(lease_id id, std::int64_t ttl_seconds, time now) {
  auto& r = leases_.try_emplace(id, running{ttl_seconds, now, false}).first->second;
  r.ttl_seconds = ttl_seconds;
  schedule(id, r, after(now, ttl_seconds));
}

void lease_table::revoke(lease_id id) {
  auto it = leases_.find(id);
  if (it == leases_.end()) return;
  if (it->second.waiting) deadlines_.erase({it->second.deadline, id});
  leases_.erase(it);
}

std::optional<std::int64_t> lease_table::keepalive(lease_id id, time now) {
  auto it = leases_.find(id);
  if (it == leases_.end() || !it->second.waiting) return std::nullopt; // Being revoked: too late.
  schedule(id, it->second, after(now, it->second.ttl_seconds));
  return it->second.ttl_seconds;
}

std::optional<std::int64_t> lease_table::remaining(lease_id id, time now) const {
  auto it = leases_.find(id);
  if (it == leases_.end()) return std::nullopt;
  auto left = std::chrono::ceil<std::chrono::seconds>(it->second.deadline - now).count();
  return std::max<std::int64_t>(left, 0);
}

std::vector<lease_id> lease_table::expired(time now, std::size_t max) {
  std::vector<lease_id> out;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now && out.size() < max) {
    auto id = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    leases_.at(id).waiting = false;
    out.push_back(id);
  }
  return out;
}

void lease_table::retry(lease_id id, time when) {
  if (auto it = leases_.find(id); it != leases_.end()) schedule(id, it->second, when);
}

std::optional<lease_table::time> lease_table::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

void lease_table::clear() {
  leases_.clear();
  deadlines_.clear();
}

} // namespace troupe::storage::mvcc
