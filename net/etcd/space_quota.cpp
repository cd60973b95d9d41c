#include "net/etcd/space_quota.hpp"

namespace troupe::net::etcd {

bool space_quota::measured(std::uint64_t bytes) noexcept {
  used_ = bytes;
  if (limit_ == 0) return false;
  // A margin of a sixteenth, so that it does not come and go with every write at the limit.
  bool full = bytes > (alarm_ ? limit_ - limit_ / 16 : limit_);
  return alarm_.exchange(full) != full;
}

bool space_quota::admit(std::uint64_t bytes) noexcept {
  if (limit_ == 0) return true;
  if (!alarm_ && used_.fetch_add(bytes) + bytes <= limit_) return true;
  alarm_ = true;
  return false;
}

bool adds_data(const pb::TxnRequest& r) {
  for (auto* branch : {&r.success(), &r.failure()})
    for (auto& op : *branch)
      if (op.has_request_put() || (op.has_request_txn() && adds_data(op.request_txn()))) return true;
  return false;
}

} // namespace troupe::net::etcd
