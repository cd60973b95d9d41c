#pragma once
#include "storage/raft/membership.hpp"
#include <deque>
#include <map>

namespace troupe::storage::raft {

/// The appends sent to one follower and not yet answered: a window in messages and bytes.
class in_flight {
public:
  in_flight(std::size_t max_messages, std::size_t max_bytes) : max_messages_(max_messages), max_bytes_(max_bytes) {}
  [[nodiscard]] bool full() const noexcept {
    return sent_.size() >= max_messages_ || (max_bytes_ != 0 && bytes_ >= max_bytes_);
  }
  void add(log_index last, std::size_t bytes);
  /// Everything up to `index` was answered.
  void free_to(log_index index);
  void clear() noexcept { sent_.clear(), bytes_ = 0; }
  [[nodiscard]] std::size_t count() const noexcept { return sent_.size(); }

private:
  struct sent {
    log_index last;
    std::size_t bytes;
  };
  std::size_t max_messages_, max_bytes_, bytes_ = 0;
  std::deque<sent> sent_;
};

///              rejection, unreachable
///         ┌──────────────────────────────┐
///         ▼                              │
///       probe ───── first match ────▶ replicate
///         │  ▲                           │
///  needs  │  │ sent, failed or           │ needs compacted entries
/// entries │  │ caught up                 │
///  gone   ▼  │                           │
///       snapshot ◀───────────────────────┘
enum class progress_state : std::uint8_t {
  probe,     ///< where the logs agree is not known: one append per answer or heartbeat
  replicate, ///< appends are pipelined up to the window
  snapshot,  ///< waits for a snapshot to arrive; no appends
};

/// What a leader knows of one member's log.
struct progress {
  progress(log_index next_index, std::uint64_t tick, std::size_t max_messages, std::size_t max_bytes)
      : next(next_index), active_tick(tick), window(max_messages, max_bytes) {}

  log_index match; ///< durable there, and equal to the leader's; only grows
  log_index next;  ///< the next entry to send; > match
  progress_state state = progress_state::probe;
  bool probe_sent = false;      ///< in probe: an append is out
  log_index pending_snapshot;   ///< in snapshot: its index
  std::uint64_t active_tick;    ///< when the member was last heard in this term, in the leader's ticks
  std::uint64_t lease_tick = 0; ///< send time of the newest heartbeat that it answered
  std::uint64_t round = 0;      ///< the newest ReadIndex round that it answered
  in_flight window;

  [[nodiscard]] bool paused() const noexcept;
  void become_probe() noexcept;
  void become_replicate() noexcept;
  void become_snapshot(log_index snapshot) noexcept;
  /// An append up to `last` with `bytes` of entries was sent; bytes zero: without entries.
  void sent(log_index last, std::size_t bytes);
  /// The member confirmed everything up to `index`; false if that was known.
  bool accepted(log_index index);
  /// The member refused `previous` and may agree at `hint`; false if the answer is an old one.
  bool rejected(log_index previous, log_index hint);
};

/// A copy for inspection.
struct progress_view {
  server_id id;
  log_index match, next;
  progress_state state;
  bool paused;
  bool learner;
  std::uint64_t silent_ticks; ///< since it was last heard
};

/// The progress of each member, kept in step with the configuration.
class tracker {
public:
  tracker(std::size_t max_messages, std::size_t max_bytes) : max_messages_(max_messages), max_bytes_(max_bytes) {}
  /// Adds who is new, which starts at `next`, and forgets who is gone.
  void follow(const configuration& members, log_index next, std::uint64_t now);
  [[nodiscard]] progress* find(server_id id) noexcept;
  [[nodiscard]] const progress* find(server_id id) const noexcept;
  [[nodiscard]] std::map<server_id, progress>& all() noexcept { return all_; }
  [[nodiscard]] const std::map<server_id, progress>& all() const noexcept { return all_; }
  /// The index that a quorum has on disk (thesis 3.5 and 4.3).
  [[nodiscard]] log_index committed(const configuration& members) const;
  /// The newest tick since which a quorum was heard.
  [[nodiscard]] std::uint64_t active_since(const configuration& members) const;
  [[nodiscard]] std::uint64_t lease_since(const configuration& members) const;
  [[nodiscard]] std::uint64_t round(const configuration& members) const;

private:
  [[nodiscard]] std::uint64_t quorum_of(const configuration& members, std::uint64_t progress::*field) const;
  std::size_t max_messages_, max_bytes_;
  std::map<server_id, progress> all_;
};

} // namespace troupe::storage::raft
