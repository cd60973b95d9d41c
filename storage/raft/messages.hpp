#pragma once
#include "storage/raft/types.hpp"
#include <variant>

/// What servers say to each other. Every message carries the sender's term (of a pre-vote: the term it would have).
/// A message may be lost, doubled, delayed and overtaken; none of that is an error.
namespace troupe::storage::raft {

/// Leader to member: append after `previous`. Without entries it only probes (thesis 3.5).
struct append_request {
  term_number term;
  entry_id previous; ///< of the entry before the first; zero at the start of the log
  log_index commit;  ///< the leader's commit index
  entries list;
  bool operator==(const append_request&) const = default;
};

/// Answer to `append_request` and `install_snapshot`. Sent only when what it confirms is on disk.
struct append_response {
  term_number term;
  log_index index; ///< accepted: the log is equal to the leader's up to here. Rejected: the `previous` refused
  bool rejected = false;
  entry_id hint; ///< rejected: the last place where the logs may still agree (thesis 3.5, last paragraphs)
  bool operator==(const append_response&) const = default;
};

/// Leader to member, each heartbeat interval and for reads.
struct heartbeat {
  term_number term;
  log_index commit;        ///< never above what the receiver is known to hold
  std::uint64_t round = 0; ///< of ReadIndex (thesis 6.4); echoed
  std::uint64_t tick = 0;  ///< the leader's tick count when sent; echoed, carries the lease (thesis 6.4.1)
  bool operator==(const heartbeat&) const = default;
};

struct heartbeat_response {
  term_number term;
  std::uint64_t round = 0;
  std::uint64_t tick = 0;
  bool operator==(const heartbeat_response&) const = default;
};

enum class vote_kind : std::uint8_t {
  pre_vote = 0, ///< would you vote for me? Changes nothing at either side (thesis 9.6)
  vote = 1,
  forced = 2, ///< a vote that ignores leases, because the leader itself asked for the election (thesis 3.10)
};

struct vote_request {
  term_number term;
  vote_kind kind = vote_kind::vote;
  entry_id last; ///< of the candidate's log
  bool operator==(const vote_request&) const = default;
};

struct vote_response {
  term_number term; ///< of a granted pre-vote: the term asked for
  vote_kind kind = vote_kind::vote;
  bool granted = false;
  bool operator==(const vote_response&) const = default;
};

/// Leader to member: the log that you need is gone, take this state instead. The driver sends the data its own way,
/// in chunks or not, and steps the message at the receiver when all of it has arrived. It may replace `snapshot` by
/// that of a newer state (`fsm::describe`) when it starts to send.
struct install_snapshot {
  term_number term;
  snapshot_meta snapshot;
  bool operator==(const install_snapshot&) const = default;
};

/// Leader to the server that shall lead next: campaign now (thesis 3.10).
struct timeout_now {
  term_number term;
  bool operator==(const timeout_now&) const = default;
};

/// Names one read request of one server; the driver's choice.
using read_id = std::uint64_t;

/// Follower to leader: what must I have applied to answer this read?
struct read_request {
  term_number term;
  read_id id = 0;
  bool operator==(const read_request&) const = default;
};

struct read_response {
  term_number term;
  read_id id = 0;
  std::optional<log_index> index; ///< none: this server could not tell, ask again
  bool operator==(const read_response&) const = default;
};

using message = std::variant<append_request, append_response, heartbeat, heartbeat_response, vote_request,
                             vote_response, install_snapshot, timeout_now, read_request, read_response>;

/// A message with its addresses.
struct envelope {
  server_id from, to;
  message body;
  bool operator==(const envelope&) const = default;
};

[[nodiscard]] term_number term_of(const message& m) noexcept;

} // namespace troupe::storage::raft
