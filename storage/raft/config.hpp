#pragma once
#include "storage/raft/types.hpp"

namespace troupe::storage::raft {

/// Bounds and timings. A tick is what the driver makes it; all members use the same length.
struct fsm_config {
  server_id id;
  std::uint32_t election_ticks = 10;  ///< a leader is not doubted before so many ticks of silence
  /// A follower campaigns so many ticks later at most, by chance. 0: as many as `election_ticks`.
  std::uint32_t election_spread_ticks = 0;
  /// After a campaign without a winner the next one begins within so many ticks, by chance; twice as many after each
  /// further one, up to `election_ticks`. Campaigns against a living leader cost nothing: pre-votes end them.
  std::uint32_t retry_ticks = 4;
  std::uint32_t heartbeat_ticks = 1;
  /// A lease ends so much before the election timeout: the difference that the clocks of two members may
  /// run up within one election timeout, plus one for the granularity (thesis 6.4.1).
  std::uint32_t lease_margin_ticks = 2;
  bool pre_vote = true;
  bool check_quorum = true;                     ///< without it there are no leases, either
  std::size_t max_message_bytes = 1 << 20;      ///< of entries in one append; one entry may be larger
  std::size_t max_inflight_messages = 256;      ///< per follower
  std::size_t max_inflight_bytes = 16 << 20;    ///< per follower
  std::size_t max_entry_bytes = 8 << 20;        ///< data of one proposal
  std::size_t max_uncommitted_bytes = 64 << 20; ///< refused above; a single entry always fits
  std::size_t max_apply_bytes = 4 << 20;        ///< `batch::committed`
  std::size_t max_unapplied_bytes = 16 << 20;   ///< handed out and not reported by `applied`
  std::size_t log_cache_bytes = 16 << 20;       ///< durable entries kept in memory
  std::size_t max_waiting_reads = 16384;
};

/// Where a server takes up its life.
struct restart_state {
  hard_state hard;
  log_index applied; ///< of the driver's state machine; at least the snapshot's index
};
enum class start_errc : std::uint8_t {
  bad_config = 1,
  damaged = 2, ///< the parts contradict each other: commit above the log, a vote in term zero, …
  unreadable = 3,
};

/// A bad or impossible message. Such a message changes nothing; `diverged` means that somebody's disk lies, and the
/// driver should stop the group.
enum class step_errc : std::uint8_t {
  malformed = 1, ///< no correct server sends this
  diverged = 2,  ///< it would overwrite a committed entry
};

enum class read_mode : std::uint8_t {
  quorum, ///< ReadIndex: a round trip to a majority, no assumption about clocks
  lease,  ///< at once while the lease holds, else as quorum
};
enum class snapshot_outcome : std::uint8_t { sent, failed };

} // namespace troupe::storage::raft
