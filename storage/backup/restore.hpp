#pragma once
#include "storage/backup/reader.hpp"
#include "storage/engine/engine.hpp"
#include "storage/log/log.hpp"

namespace troupe::storage::backup {

struct restore_config {
  std::uint64_t member = 1; ///< the only voter of the group that begins with this state
  /// Added to the revision of the backup, at least 1: revisions that clients saw after the backup was taken must not
  /// come again with another meaning, so that it should exceed the writes since then.
  mvcc::revision revisions_ahead = 1;
  /// May change the value of a key; null = nothing changes.
  std::function<void(mvcc::key_value&)> edit;
};

/// Fills an empty state and an empty log with the content of a backup, so that they are a group of one member that
/// starts there. Keys keep their revisions; all history up to the new revision is compacted, so that clients who want
/// to go on from one of before list again. After an error, or a crash before the answer, both must be thrown away.
[[nodiscard]] result<summary> restore(reader& from, engine::engine& state, log::raft_log& log,
                                      const restore_config& config);

} // namespace troupe::storage::backup
