#pragma once
#include "storage/engine/engine.hpp"
#include "storage/raft/interfaces.hpp"
#include <memory>
#include <span>

/// What Raft must find again after a crash: entries, hard state, and the mark of the last snapshot.
namespace troupe::storage::log {

/// What one `raft::batch` wants on disk. Installed in this order: snapshot (drops the log), entries (drop what was at
/// and after the first), hard state.
struct record {
  std::optional<raft::hard_state> hard;
  std::optional<raft::snapshot_meta> snapshot;
  raft::entries entries;
  bool must_sync = false;
};
[[nodiscard]] record record_of(const raft::batch& b);

/// The log of one member. `write` and `compact` are called by one thread at a time, the reading side by another.
class raft_log : public raft::log_reader {
public:
  /// Makes the records durable in their order, all or none, with one sync if any of them must have one.
  /// After an error nothing more may be written.
  [[nodiscard]] virtual engine::result<void> write(std::span<const record> records) = 0;
  /// Makes `upto` the state to send, and drops the entries before `keep_from`, which is at most one past it. The state
  /// machine must hold the effect of everything up to `upto` durably before. Going backwards changes nothing.
  [[nodiscard]] virtual engine::result<void> compact(const raft::snapshot_meta& upto, raft::log_index keep_from) = 0;
  /// As it was written last.
  [[nodiscard]] virtual raft::hard_state hard() const = 0;
  /// Nothing was ever written here: the caller must write a bootstrap record first.
  [[nodiscard]] virtual bool fresh() const = 0;
};

/// The column families that the log needs, in order.
[[nodiscard]] std::vector<engine::family_options> families();
/// The log on a database that was opened with `families()`, or in memory if `store` is. Refuses a log with gaps.
[[nodiscard]] engine::result<std::unique_ptr<raft_log>> open(std::shared_ptr<engine::engine> store);

} // namespace troupe::storage::log
