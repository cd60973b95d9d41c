#pragma once
#include "storage/raft/interfaces.hpp"
#include <deque>

namespace troupe::storage::raft {

/// The log as the fsm sees it: the persisted log behind a `log_reader`, and in front of it a suffix in memory.
///
///     reader.first_index … │ offset … stable │ stable+1 … last
///        on disk only      │  disk, memory   │  memory, being written
///
/// The suffix holds everything not yet durable, and of the rest the newest up to a byte limit. Also keeps each
/// configuration since the snapshot, because a truncation must bring back the one before (thesis 4.1).
class log {
public:
  /// Reads the configurations above the snapshot, so costs one scan of the log. `cache_bytes` bounds the durable part
  /// of the suffix.
  static tl::expected<log, log_errc> open(const log_reader& reader, std::size_t cache_bytes);

  [[nodiscard]] log_index first_index() const;
  [[nodiscard]] log_index last_index() const noexcept { return last_.index; }
  [[nodiscard]] term_number last_term() const noexcept { return last_.term; }
  [[nodiscard]] entry_id last() const noexcept { return last_; }
  /// Everything up to here survives a crash.
  [[nodiscard]] log_index stable_index() const noexcept { return stable_; }

  /// The term at `index`, which may be first_index - 1; nothing outside of the log or below what is left of it.
  [[nodiscard]] std::optional<term_number> term(log_index index) const;
  [[nodiscard]] bool contains(entry_id id) const;
  /// As `log_reader::read`, over both parts.
  [[nodiscard]] tl::expected<entries, log_errc> read(log_index low, log_index high, std::size_t max_bytes) const;
  /// Whether a log that ends with `other` holds at least what this one does (thesis 3.6.1).
  [[nodiscard]] bool is_up_to_date(entry_id other) const noexcept;

  /// Appends; the entry follows the last one.
  void append(entry e);
  /// Drops everything from `from` on, memory and disk.
  void truncate(log_index from);
  /// Becomes what is left after installing a snapshot: empty, ending at its entry.
  void restore(const snapshot_meta& snapshot);
  /// The log up to here is durable. Below what is known already: nothing happens.
  void stable_to(log_index index);
  /// The driver dropped the persisted log up to `snapshot`.
  void compact(const snapshot_meta& snapshot);

  /// Of an index that can't be read at the leader: the last place where the logs may still agree, which is the
  /// newest entry at or below `from` whose term is at most `term`. Zero term: unknown, compacted.
  [[nodiscard]] entry_id last_at_or_below(log_index from, term_number term) const;

  /// The newest configuration in the log.
  [[nodiscard]] const configuration& members() const noexcept { return configurations_.back().members; }
  /// Where it is; zero or the snapshot's index if there is none in the log.
  [[nodiscard]] log_index members_index() const noexcept { return configurations_.back().index; }
  /// The one that was in force at `index`.
  [[nodiscard]] const configuration& members_at(log_index index) const noexcept;
  /// The description of a state with everything up to `index` applied.
  [[nodiscard]] std::optional<snapshot_meta> describe(log_index index) const;
  /// The last snapshot that was installed or reported by `compact`.
  [[nodiscard]] const snapshot_meta& base() const noexcept { return base_; }
  /// Bytes of the suffix in memory.
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return suffix_bytes_; }
  [[nodiscard]] const log_reader& reader() const noexcept { return *reader_; }

private:
  struct configuration_at {
    log_index index;
    configuration members;
  };
  log(const log_reader& reader, std::size_t cache_bytes) : reader_(&reader), cache_bytes_(cache_bytes) {}
  [[nodiscard]] log_index offset() const noexcept { return last_.index + 1 - suffix_.size(); }
  bool note_configuration(const entry& e);
  void evict();

  const log_reader* reader_;
  std::size_t cache_bytes_;
  std::size_t suffix_bytes_ = 0;
  std::deque<entry> suffix_; ///< ends at last_
  entry_id last_;
  log_index stable_;
  snapshot_meta base_;
  bool restoring_ = false; ///< base_ is not yet durable, so the reader still shows the log before it
  std::vector<configuration_at> configurations_; ///< never empty; ascending; the first is base_'s
};

} // namespace troupe::storage::raft
