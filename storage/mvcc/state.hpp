#pragma once
#include "storage/engine/engine.hpp"
#include "storage/mvcc/command.hpp"
#include "storage/mvcc/keys.hpp"
#include "storage/mvcc/mark.hpp"
#include "storage/mvcc/recent.hpp"
#include <deque>
#include <functional>
#include <map>
#include <set>

namespace troupe::storage::mvcc {

struct state_config {
  std::size_t operations_max = 128;          ///< per branch of a transaction
  std::size_t recent_bytes = 4 << 20;        ///< newest versions kept in memory
};

/// The answer to a command: of a transaction, of a lease grant, or of anything else the revision.
using reply = std::variant<txn_response, lease_grant_response, revision>;
struct outcome {
  result<reply> answer;
  std::vector<event> events; ///< in the order of their sub-revisions; all of one revision
};

struct history_limits {
  std::size_t events_max = 512;
  std::size_t scan_max = 8192; ///< index entries looked at, whether they match or not
};
struct history_page {
  std::vector<event> events;
  revision upto = 0; ///< everything up to and including this revision was looked at
};

/// Multi-version key-value state of one shard, as etcd defines it, on one engine. It changes only by commands in log
/// order. Not thread-safe.
///
/// `apply` collects changes in memory, `commit` writes them and the applied index in one batch without a sync: after a
/// crash the log is applied again from the applied index on. So the log may be dropped only up to `durable_index`.
class state {
public:
  /// Refuses records that do not decode.
  [[nodiscard]] static engine::result<std::unique_ptr<state>> open(std::shared_ptr<engine::engine> store,
                                                                   state_config config = {});
  /// The column families that the state needs, in order.
  [[nodiscard]] static std::vector<engine::family_options> families();

  /// Carries out the command of the next log entry. A refused command changes nothing but counts as applied. The error
  /// `storage` means that the state can't go on.
  [[nodiscard]] outcome apply(std::uint64_t index, std::uint64_t term, const command& c, bool want_previous = false);
  /// The entry at `index` holds nothing for the state.
  void skip(std::uint64_t index, std::uint64_t term);
  [[nodiscard]] engine::result<void> commit();
  /// Forgets what was applied and not committed, whole or half: for a driver that starts over on the same state.
  [[nodiscard]] engine::result<void> reload();

  // Reading sees what is committed.
  [[nodiscard]] result<range_response> range(const range_request& r) const;
  /// Changes of a key range from revision `from` on.
  [[nodiscard]] result<history_page> history(const key_range& keys, revision from, bool prev_kv,
                                             const history_limits& limits = {}) const;

  /// Removes versions that the compaction hid, at most so many; false when none are left.
  [[nodiscard]] engine::result<bool> scrub(std::size_t versions_max);
  /// Starts to make the state durable, so that the log before can be dropped.
  [[nodiscard]] engine::result<void> start_flush() { return store_->flush(false); }

  [[nodiscard]] revision current() const noexcept { return mark_.current; }
  /// History before this revision is gone.
  [[nodiscard]] revision compacted() const noexcept { return mark_.compacted; }
  [[nodiscard]] std::uint64_t applied_index() const noexcept { return mark_.index; }
  [[nodiscard]] std::uint64_t applied_term() const noexcept { return mark_.term; }
  /// Everything applied up to here survives a crash without the log.
  [[nodiscard]] std::uint64_t durable_index();
  [[nodiscard]] std::uint64_t size_bytes() const { return store_->size_bytes(); }
  [[nodiscard]] std::shared_ptr<const engine::view> snapshot() const { return store_->snapshot(); }

  struct lease {
    std::int64_t ttl_seconds = 0;
    std::set<std::string, std::less<>> keys;
  };
  [[nodiscard]] const std::map<lease_id, lease>& leases() const noexcept { return leases_; }

  /// Prefixes whose keys nobody may change (placement.hpp).
  [[nodiscard]] const std::set<std::string, std::less<>>& fences() const noexcept { return fences_; }
  /// Revisions before this one are not known of all keys of the range: the compaction, or a floor above it.
  [[nodiscard]] revision readable_from(const key_range& keys) const;

private:
#include "storage/mvcc/state_private.hpp"
};

/// Refuses what no state would accept: empty or duplicate keys, too many operations, contradicting flags. Callers may
/// ask before they propose; `apply` asks again.
[[nodiscard]] result<void> check(const txn_request& txn, std::size_t operations_max);
[[nodiscard]] result<void> check(const range_request& r);

/// Checksum of all that can be read at revision `at` of a store compacted at `compacted`; equal at all members.
/// Walks everything: run it on a snapshot, away from the member's actor.
[[nodiscard]] engine::result<std::uint32_t> state_hash(const engine::view& store, revision at, revision compacted);

} // namespace troupe::storage::mvcc
