#pragma once
#include "storage/log/log.hpp"
#include <mutex>

namespace troupe::storage::log {

/// One key per entry (big-endian index), and the keys `hard`, `snapshot` and `start` in a second family. The disk is
/// rocksdb_engine's, or there is none with memory_engine: the same code either way.
class engine_log final : public raft_log {
public:
  explicit engine_log(std::shared_ptr<engine::engine> store) : store_(std::move(store)) {}
  [[nodiscard]] engine::result<void> load();

  raft::log_index first_index() const override;
  raft::log_index last_index() const override;
  tl::expected<raft::term_number, raft::log_errc> term(raft::log_index index) const override;
  tl::expected<raft::entries, raft::log_errc> read(raft::log_index low, raft::log_index high,
                                                   std::size_t max_bytes) const override;
  raft::snapshot_meta snapshot() const override;

  engine::result<void> write(std::span<const record> records) override;
  engine::result<void> compact(const raft::snapshot_meta& upto, raft::log_index keep_from) override;
  raft::hard_state hard() const override { return now().hard; }
  bool fresh() const override { return now().fresh; }

private:
  /// The edges of the log and what else is small, as the reading thread sees them: never ahead of the disk.
  struct edges {
    raft::snapshot_meta snapshot;
    raft::entry_id start; ///< the entry before the first one held
    raft::log_index last;
    raft::hard_state hard;
    bool fresh = true;
  };
  [[nodiscard]] engine::result<std::optional<std::string>> meta(std::string_view key) const;
  [[nodiscard]] engine::result<void> find_last();
  void add(engine::batch& out, edges& next, const record& r) const;
  [[nodiscard]] edges now() const;

  std::shared_ptr<engine::engine> store_;
  mutable std::mutex mutex_; ///< guards edges_
  edges edges_;
};

} // namespace troupe::storage::log
