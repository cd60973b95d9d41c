#pragma once
#include "storage/raft/config.hpp"
#include "storage/raft/interfaces.hpp"
#include "storage/raft/log.hpp"
#include "storage/raft/membership.hpp"
#include "storage/raft/roles.hpp"
#include <span>

namespace troupe::storage::raft {

/// Raft for one member of one group: messages, ticks and requests in, batches of effects out (`batch`). Does no
/// I/O, knows no clock, takes its randomness as an argument; equal inputs give equal outputs. Not thread-safe.
///
/// After any call, take the batch while `has_batch()`. The state changes at once, durability follows: what other
/// servers may rely on (votes, confirmed appends, own entries as part of a quorum) leaves only after `persisted`.
class fsm {
public:
  /// `reader` must outlive it.
  static tl::expected<std::unique_ptr<fsm>, start_errc> start(const fsm_config& config, const log_reader& reader,
                                                              const restart_state& state, random_source random);

  // What comes in.
  tl::expected<void, step_errc> step(server_id from, const message& m);
  void tick();
  /// Campaigns now instead of at the timeout. The only member of a group leads when this returns.
  tl::expected<void, error> campaign();
  /// Appends a command at the leader. Committed and applied under this id, it happened; when another term is
  /// applied at its index, it did not.
  tl::expected<entry_id, error> propose(payload data);
  /// All or nothing; returns the id of the first, the others follow without gap.
  tl::expected<entry_id, error> propose(std::span<const payload> list);
  /// Leader: changes the members. Takes effect at once and is done when the entry is committed.
  tl::expected<entry_id, error> change_members(std::span<const membership_change> changes,
                                               transition how = transition::automatic);
  tl::expected<entry_id, error> leave_joint();
  /// Leader: hands over to a voter. Refuses proposals until it is done or an election timeout has passed.
  tl::expected<void, error> transfer_leadership(server_id target);
  /// A linearizable read at any member. Answered in `batch::reads`; from a follower it may get lost.
  tl::expected<void, error> read(read_id id, read_mode mode = read_mode::quorum);

  // What comes out.
  [[nodiscard]] bool has_batch() const;
  [[nodiscard]] batch take();
  /// This batch and all before it are durable.
  void persisted(batch_number number);
  void applied(log_index index);
  /// The persisted log was dropped up to this snapshot, which is at or below the applied index.
  void compacted(const snapshot_meta& snapshot);
  /// A message to this member could not be delivered: probe before pipelining again.
  void unreachable(server_id id);
  /// The driver knows that the process of this member has ended, or that its link broke. If it led, the other voters
  /// campaign one after the other, the lowest id at the next tick, and all who know it support them. That takes the
  /// ground from under leases: a group of several voters whose members call this must read with `read_mode::quorum`.
  void gone(server_id id);
  void snapshot_sent(server_id id, snapshot_outcome how);
  /// The meta of a snapshot of everything applied up to `index`.
  [[nodiscard]] tl::expected<snapshot_meta, error> describe(log_index index) const;

  // What is.
  [[nodiscard]] server_id id() const noexcept { return config_.id; }
  [[nodiscard]] term_number term() const noexcept { return hard_.term; }
  [[nodiscard]] role_kind role() const noexcept;
  [[nodiscard]] std::optional<server_id> leader() const noexcept;
  /// Ticks since a follower has heard its leader; zero where there is none, and at the leader.
  [[nodiscard]] std::uint64_t leader_silence() const noexcept;
  [[nodiscard]] log_index commit_index() const noexcept { return hard_.commit; }
  [[nodiscard]] log_index applied_index() const noexcept { return applied_; }
  [[nodiscard]] const class log& entries_log() const noexcept { return log_; }
  [[nodiscard]] const configuration& members() const noexcept { return log_.members(); }
  /// Leader: one per member; else empty.
  [[nodiscard]] std::vector<progress_view> progress_of_members() const;
  /// Leader: whether a read could be answered from the lease now.
  [[nodiscard]] bool lease_valid() const;

private:
  /// A batch at the writer. `last` is where its entries end; cut back when a later one overwrites them, so that
  /// an old completion can't vouch for new entries.
  struct write {
    batch_number number;
    log_index last, snapshot;
    term_number term;
    server_id vote;
  };
  struct handed_out {
    log_index last;
    std::size_t bytes;
  };
  enum class empty_append : std::uint8_t { skip, send };

  fsm(const fsm_config& config, class log own_log, const restart_state& state, random_source random);

  // election.cpp
  void become_follower(term_number term, std::optional<server_id> leader);
  void become_leader();
  void start_campaign(vote_kind kind);
  void count_vote(server_id voter, bool granted);
  void request_votes(vote_kind kind);
  void reset_election_timer();
  [[nodiscard]] std::uint64_t retry_window() const;
  void await_votes();
  void hasten();
  void make_way(server_id candidate);
  void begin_campaign();
  void tick_leader(leader_role& self);
  [[nodiscard]] bool in_lease() const;
  [[nodiscard]] bool promotable() const;
  [[nodiscard]] bool sole_member() const;
  tl::expected<void, step_errc> on(server_id from, const vote_request& m);
  tl::expected<void, step_errc> on(server_id from, const vote_response& m);
  bool admit_term(server_id from, const message& m);
  tl::expected<void, step_errc> follow(server_id from);

  // replication.cpp
  tl::expected<void, step_errc> on(server_id from, const append_request& m);
  tl::expected<void, step_errc> on(server_id from, const append_response& m);
  tl::expected<void, step_errc> on(server_id from, const heartbeat& m);
  tl::expected<void, step_errc> on(server_id from, const heartbeat_response& m);
  void on_accepted(leader_role& self, server_id from, progress& p, log_index index);
  void append_own(leader_role& self, entry_kind kind, payload data);
  void broadcast_append(leader_role& self, empty_append empty);
  void broadcast_heartbeat(leader_role& self);
  bool send_append(server_id to, progress& p, empty_append empty);
  bool advance_commit();
  void commit_to(log_index index);
  void truncate(log_index from);

  // snapshot.cpp
  tl::expected<void, step_errc> on(server_id from, const install_snapshot& m);
  void send_snapshot(server_id to, progress& p);

  // reconfiguration.cpp
  tl::expected<entry_id, error> append_configuration(tl::expected<configuration, configuration_errc> next);
  void on_configuration_committed(leader_role& self);
  void leave_office(leader_role& self);

  // transfer.cpp
  tl::expected<void, step_errc> on(server_id from, const timeout_now& m);
  void maybe_hand_over(leader_role& self);

  // reads.cpp
  tl::expected<void, step_errc> on(server_id from, const read_request& m);
  tl::expected<void, step_errc> on(server_id from, const read_response& m);
  bool enqueue_read(leader_role& self, server_id from, read_id id);
  void settle_reads(leader_role& self);
  void start_read_round(leader_role& self);
  void answer_read(server_id to, read_id id, std::optional<log_index> index);

  // batches.cpp
  void send(server_id to, message m);
  void send_when_durable(server_id to, message m);
  void take_writes(batch& b);
  void take_committed(batch& b);
  [[nodiscard]] bool anything_to_write() const;
  [[nodiscard]] log_index applicable_index() const;
  [[nodiscard]] role_change current_role() const;
  [[nodiscard]] error not_leader() const;

  fsm_config config_;
  random_source random_;
  class log log_;
  hard_state hard_;
  raft::role role_;

  /// Ticks since the start. Begins at one election timeout, so that tick zero is always long ago.
  std::uint64_t now_;
  std::uint64_t election_deadline_ = 0; ///< tick
  /// The tick when a leader was last heard. Also set by a restart: this server may have granted a lease before.
  std::optional<std::uint64_t> leader_contact_;
  std::optional<server_id> heard_from_; ///< whom `leader_contact_` is about, if it is known
  std::uint32_t campaigns_ = 0; ///< since a leader was last heard; 1 also if it is known to be gone

  log_index applied_;    ///< reported
  log_index handed_out_; ///< >= applied_
  std::deque<handed_out> unapplied_;
  std::size_t unapplied_bytes_ = 0;
  bool read_failed_ = false; ///< the log could not be read; tried again after the next tick

  std::vector<envelope> messages_, when_durable_;
  std::vector<read_result> reads_;
  role_change reported_role_;

  batch_number last_batch_;
  std::deque<write> writes_; ///< at the writer, oldest first
  log_index written_;        ///< entries up to here were handed to the writer
  hard_state written_hard_;
  std::optional<snapshot_meta> snapshot_to_write_;
  hard_state durable_hard_;
};

} // namespace troupe::storage::raft
