#pragma once
#include "storage/raft/interfaces.hpp"

namespace troupe::storage::raft {

/// What a server has persisted, in memory: for tests, simulation and groups that need no disk. A copy of it is what
/// a crash leaves behind.
class memory_storage final : public log_reader {
public:
  /// A server that starts from `bootstrap`; empty for one that is to join.
  explicit memory_storage(snapshot_meta bootstrap = {}) : snapshot_(std::move(bootstrap)), start_(snapshot_) {}

  [[nodiscard]] log_index first_index() const override { return start_.index + 1; }
  [[nodiscard]] log_index last_index() const override { return start_.index + log_.size(); }
  [[nodiscard]] tl::expected<term_number, log_errc> term(log_index index) const override;
  [[nodiscard]] tl::expected<entries, log_errc> read(log_index low, log_index high,
                                                     std::size_t max_bytes) const override;
  [[nodiscard]] snapshot_meta snapshot() const override { return snapshot_; }
  [[nodiscard]] const hard_state& hard() const noexcept { return hard_; }

  /// Makes the writing half of a batch durable.
  void write(const batch& b);
  /// Makes `snapshot` the one to send and drops the log up to `keep_from`, exclusive; at most one past the snapshot.
  void compact(const snapshot_meta& snapshot, log_index keep_from);

private:
  hard_state hard_;
  snapshot_meta snapshot_;
  snapshot_meta start_; ///< the entry before the first one held
  entries log_;
};

} // namespace troupe::storage::raft
