#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace troupe::actors::store {

/// Bounds and timings of one shard.
struct store_config {
  /// Data directory; empty = in memory.
  std::string path;
  std::uint64_t self = 1; ///< id of this member; a new directory starts a group of which it is the only voter

  /// A new directory belongs to no group yet: it waits until a leader takes it in, and founds none.
  bool join = false;

  // Elections. The leader says something each `heartbeat_ticks`; a silent one is missed after `election_ticks` and up
  // to `election_spread_ticks` more, one whose process has ended after one to four.
  std::chrono::milliseconds tick{50};
  std::uint32_t heartbeat_ticks = 2;
  std::uint32_t election_ticks = 20;
  std::uint32_t election_spread_ticks = 10;
  /// A follower passes writes on to the leader and holds them so long while there is none. 0: it refuses them.
  std::chrono::milliseconds patience{0};

  // What clients may ask.
  std::size_t waiting_max = 16384;           ///< proposals without an answer; above: `overloaded`
  std::size_t request_bytes_max = 8 << 20;
  std::size_t operations_max = 1024;         ///< per branch of a transaction
  std::size_t watches_max = 100'000;
  std::size_t subscriber_lag_max = 50'000;   ///< revisions that a subscriber may be behind before its watch is ended
  std::size_t page_events_max = 512;         ///< of a batch that catches up

  // History: kept so long, but not more than so much.
  std::chrono::seconds history_window{300};
  std::uint64_t history_revisions_max = 100'000;
  std::chrono::seconds compact_interval{10}; ///< between two compactions

  // Log: entries not yet durable in the key-value state are applied again at the next start.
  std::uint64_t flush_entries = 8192;
  std::uint64_t flush_bytes = 16 << 20;
  std::chrono::seconds idle_flush{10}; ///< without a write so long, what is left is flushed and its memory given back
  /// The only member of a group may write batches of up to so many entries by itself while nobody else waits for it: a
  /// lone client then does not pay for two changes of threads. It blocks a thread of the scheduler for the time of a
  /// sync, so only for processes whose scheduler has nothing else to do. 0: never.
  std::uint64_t write_here_entries = 0;
  std::uint64_t trim_entries = 1024; ///< the log is cut in steps of at least so many
  std::uint64_t keep_entries = 4096; ///< behind the durable state, for slow members; none if there are no others

  std::chrono::seconds read_timeout{5}; ///< a linearizable read that no leader confirmed fails

  // Memory.
  std::size_t write_buffer_bytes = 8 << 20;
  std::size_t cache_bytes = 8 << 20;
  std::size_t recent_bytes = 4 << 20;
  std::size_t log_cache_bytes = 1 << 20;
};

} // namespace troupe::actors::store
