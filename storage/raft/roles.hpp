#pragma once
#include "storage/raft/progress.hpp"
#include "storage/raft/read_index.hpp"
#include "storage/raft/votes.hpp"
#include <variant>

/// What a server knows only while it has a role. As alternatives of a variant, so that a follower can't hold, or
/// act on, a leader's data.
namespace troupe::storage::raft {

struct follower_role {
  std::optional<server_id> leader; ///< of this term
};

struct candidate_role {
  vote_kind kind;
  votes ballots;
};

struct transfer {
  server_id target;
  std::uint64_t deadline_tick;
  bool sent = false; ///< the target was told
};

/// Sizes of what a leader appended and has not yet seen committed.
class uncommitted {
public:
  void add(log_index index, std::size_t bytes) { list_.push_back({index, bytes}), bytes_ += bytes; }
  void committed_to(log_index index) {
    for (; !list_.empty() && list_.front().index <= index; list_.pop_front())
      bytes_ -= list_.front().bytes;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
  struct sized {
    log_index index;
    std::size_t bytes;
  };
  std::deque<sized> list_;
  std::size_t bytes_ = 0;
};

struct leader_role {
  tracker followers;
  read_queue reads;
  log_index term_start;            ///< this leader's first entry; what it commits from there on is its own
  uncommitted open;                ///< own entries in (commit, last]
  std::uint64_t heartbeat_due = 0; ///< tick
  std::optional<transfer> handover;
  bool unsent = false;      ///< proposed since the last batch
  bool lease_usable = true; ///< false once anybody was told to campaign regardless of leases
};

using role = std::variant<follower_role, candidate_role, leader_role>;

} // namespace troupe::storage::raft
