#pragma once
#include "storage/raft/messages.hpp"
#include <functional>
#include <tl/expected.hpp>

/// The two sides of the fsm that its driver fills: `log_reader` is what the fsm asks, `batch` is what it wants done.
namespace troupe::storage::raft {

enum class log_errc : std::uint8_t {
  compacted = 1,   ///< below `first_index`
  unavailable = 2, ///< can't be read now; the driver knows why and should stop the group
};

/// The persisted log, which may be longer than what the fsm keeps in memory. Called on the thread of the fsm while
/// another thread may append; the fsm asks only for what was reported by `fsm::persisted`, never for what is still
/// being written.
class log_reader {
public:
  virtual ~log_reader() = default;
  /// The oldest entry held; one past `last_index` when there is none. At most one past `snapshot().index`.
  [[nodiscard]] virtual log_index first_index() const = 0;
  /// The newest entry held; `snapshot().index` when there is none.
  [[nodiscard]] virtual log_index last_index() const = 0;
  /// The term of an entry in [first_index - 1, last_index]; the one before the first must be known, too.
  [[nodiscard]] virtual tl::expected<term_number, log_errc> term(log_index index) const = 0;
  /// Entries from `low` up to but not including `high`, in order without gap, cut where their `bytes()` would go
  /// above `max_bytes`, but never below one entry.
  [[nodiscard]] virtual tl::expected<entries, log_errc> read(log_index low, log_index high,
                                                             std::size_t max_bytes) const = 0;
  /// The newest snapshot that can be sent now. Of a group that never had one: the bootstrap record with index zero.
  [[nodiscard]] virtual snapshot_meta snapshot() const = 0;
};

/// The answer to `fsm::read`.
struct read_result {
  read_id id = 0;
  std::optional<log_index> index; ///< serve the read once this is applied; none: ask again, perhaps elsewhere
  bool operator==(const read_result&) const = default;
};

/// Who this server takes for leader, told when it changed.
struct role_change {
  role_kind role = role_kind::follower;
  term_number term;
  std::optional<server_id> leader;
  bool operator==(const role_change&) const = default;
};

/// What to do next. Contract of the driver:
///
///  1. send `messages`, at once and in any order;
///  2. if `number` is not zero, hand the batch to the writer. The writer handles batches strictly in the order of their
///     numbers and makes each durable as a whole or not at all: install `snapshot` (and drop the log), then append
///     `log`, dropping whatever was persisted at and after its first index, and store `hard`. One sync if `must_sync`
///     (waiting batches may share it). A batch that has only `after_persist` writes nothing, but waits its turn;
///  3. when it is durable, send `after_persist` and call `fsm::persisted(number)`. Any number of batches may be
///     in the writer at one time; meanwhile the fsm goes on;
///  4. apply `committed` in order, store the applied index atomically with the effect, call `fsm::applied`.
///     They are always durable in the local log. With `snapshot`, load it first; none is handed out before
///     it is persisted;
///  5. answer `reads` when applied that far.
///
/// If a write fails the group stops: nothing of this or later batches is sent or reported.
struct batch {
  batch_number number; ///< zero: nothing to persist
  std::optional<hard_state> hard;
  std::optional<snapshot_meta> snapshot;
  entries log;
  bool must_sync = false; ///< false: the batch writes nothing
  std::vector<envelope> messages;
  std::vector<envelope> after_persist;
  entries committed;
  std::vector<read_result> reads;
  std::optional<role_change> role; ///< on losing leadership answer open proposals with `errc::leadership_lost`

  [[nodiscard]] bool empty() const noexcept {
    return !number && messages.empty() && committed.empty() && reads.empty() && !role;
  }
};

/// A uniform number in [0, bound); bound is not zero. Seeded by whoever starts the fsm.
using random_source = std::function<std::uint64_t(std::uint64_t bound)>;

} // namespace troupe::storage::raft
