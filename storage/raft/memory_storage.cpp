#include "storage/raft/memory_storage.hpp"
#include <algorithm>

namespace troupe::storage::raft {

tl::expected<term_number, log_errc> memory_storage::term(log_index index) const {
  if (index == start_.index) return start_.term;
  if (index < start_.index) return tl::unexpected(log_errc::compacted);
  if (index > last_index()) return tl::unexpected(log_errc::unavailable);
  return log_[index - first_index()].term;
}

tl::expected<entries, log_errc> memory_storage::read(log_index low, log_index high, std::size_t max_bytes) const {
  if (low < first_index()) return tl::unexpected(log_errc::compacted);
  if (high > last_index() + 1) return tl::unexpected(log_errc::unavailable);
  entries out;
  std::size_t bytes = 0;
  for (; low < high; ++low) {
    const auto& e = log_[low - first_index()];
    bytes += e.bytes();
    if (bytes > max_bytes && !out.empty()) break;
    out.push_back(e);
  }
  return out;
}

void memory_storage::write(const batch& b) {
  if (b.snapshot) {
    snapshot_ = start_ = *b.snapshot;
    log_.clear();
  }
  if (!b.log.empty()) {
    log_.resize(std::min<std::size_t>(log_.size(), b.log.front().index - first_index()));
    log_.insert(log_.end(), b.log.begin(), b.log.end());
  }
  if (b.hard) hard_ = *b.hard;
}

void memory_storage::compact(const snapshot_meta& snapshot, log_index keep_from) {
  if (snapshot.index > snapshot_.index) snapshot_ = snapshot;
  keep_from = std::min(keep_from, snapshot_.index + 1);
  if (keep_from <= first_index()) return;
  const auto drop = keep_from - first_index();
  start_ = {keep_from - 1, log_[drop - 1].term, {}};
  log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(drop));
}

} // namespace troupe::storage::raft
