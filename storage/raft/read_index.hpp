#pragma once
#include "storage/raft/messages.hpp"
#include <deque>

namespace troupe::storage::raft {

/// Reads that wait at a leader until a quorum has confirmed that it still leads (thesis 6.4). Each heartbeat carries
/// the number of the newest round; a quorum of answers for a round settles all reads up to it.
class read_queue {
public:
  struct waiting {
    server_id from; ///< who asked; may be the leader itself
    read_id id = 0;
    log_index index; ///< the commit index when asked; zero: not known before the leader's first commit
    std::uint64_t round = 0;
  };
  explicit read_queue(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] bool full() const noexcept { return waiting_.size() >= limit_; }
  /// Waits for the next round; false when full.
  bool add(server_id from, read_id id, log_index commit);
  /// Whether a read waits for a round that has not begun. All that came since the last one share it.
  [[nodiscard]] bool round_wanted() const noexcept { return wanted_; }
  void begin_round() noexcept { ++round_, wanted_ = false; }
  /// The leader committed its first entry: reads that came before may go by this index.
  void first_commit(log_index commit) noexcept;
  /// Reads settled by `round`, in order of arrival.
  [[nodiscard]] std::vector<waiting> settle(std::uint64_t round);
  /// All of them, unsettled: leadership is gone.
  [[nodiscard]] std::vector<waiting> abandon();
  [[nodiscard]] std::uint64_t round() const noexcept { return round_; }
  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

private:
  std::size_t limit_;
  std::uint64_t round_ = 0;
  bool wanted_ = false;
  std::deque<waiting> waiting_;
};

} // namespace troupe::storage::raft
