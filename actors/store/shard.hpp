#pragma once
#include "actors/store/asker.hpp"
#include "actors/store/store.hpp"
#include "actors/store/watches.hpp"
#include "storage/mvcc/lease_table.hpp"
#include "storage/raft/fsm.hpp"

namespace troupe::actors::store {

struct snapshot_piece;
namespace raft = storage::raft;

/// Drives Raft for one member: proposals in, batches to the writer, committed entries to the state, answers and events
/// out. Each turn (`run`) takes what Raft has ready; while the writer syncs, further proposals gather and are made
/// durable together by the next sync.
class shard {
public:
  using pointer = stateful<store_state, shard_actor::base>*;
  using txn_promise = caf::typed_response_promise<shared<mvcc::txn_response>>;
  using command_promise = caf::typed_response_promise<shared<command_response>>;
  using range_promise = caf::typed_response_promise<shared<mvcc::range_response>>;
  using revision_promise = caf::typed_response_promise<mvcc::revision>;

  shard(pointer self, store_dependencies with, const store_config& config);
  /// False: the actor has quit with an error.
  bool start();

  // Requests (proposals.cpp, reads.cpp).
  caf::result<shared<mvcc::txn_response>> write(const shared<mvcc::txn_request>& request);
  caf::result<group_answers> write(const write_group& group);
  caf::result<shared<command_response>> call(const shared<command_request>& request);
  /// The same for another member: refused where this one does not lead.
  caf::result<shared<mvcc::txn_response>> write_here(const shared<mvcc::txn_request>& request);
  caf::result<shared<command_response>> call_here(const shared<command_request>& request);
  caf::result<shared<mvcc::range_response>> list(const shared<mvcc::range_request>& request);
  caf::result<group_answers> list(const read_group& group);
  caf::result<mvcc::revision> read();
  caf::result<mvcc::revision> watch(const shared<watch_request>& request, const subscriber_actor& subscriber);
  [[nodiscard]] store_status status() const;
  void cancel(std::uint64_t id) { watches_.cancel(self_->current_sender(), id); }
  void credit(std::uint64_t id, std::uint32_t batches);
  void down(const caf::down_msg& message) { watches_.drop(message.source); }

  // The turn of the wheel (shard.cpp).
  void run();
  void tick();
  void written(const write_done& done);
  void trimmed(const trim_done& done);
  void step(const shared<raft::envelope>& message);
  /// A piece of a snapshot for this member.
  caf::result<std::uint32_t> piece(const shared<snapshot_piece>& p);
  void received(const snapshot_received& done);
  void sent(const snapshot_sent& done);
  /// Where a member can be reached, or that it is gone.
  void peer(std::uint64_t id, const member_actor& where);
  void catch_up();
  /// Ends everything that waits; `why` becomes the reason of the actor.
  void stop(caf::error why);

private:
  using answer_list = std::vector<std::pair<asker, caf::message>>;
  /// A proposal in the log whose fate is open.
  struct waiting {
    raft::entry_id id;
    std::optional<asker> promise; ///< none: the shard's own (expiry, compaction)
  };
  struct reader {
    asker promise;
    shared<mvcc::range_request> request; ///< null: only the revision is wanted
    std::chrono::nanoseconds since;
  };
  /// A write that waits for a leader, or for its answer.
  struct passed_on {
    asker promise;
    shared<mvcc::txn_request> txn;       ///< one of the two
    shared<command_request> command;
    std::chrono::nanoseconds until;
    std::uint64_t to = 0;                ///< the member that has it
    std::optional<std::chrono::nanoseconds> forsaken; ///< since when that one leads no more
  };
  struct handover {
    command_promise promise;
    std::chrono::nanoseconds until;
  };
  [[nodiscard]] storage::mvcc::state& kv() const { return *with_.files->state; }
  void write(const shared<mvcc::txn_request>& request, asker who);
  void write_here(const shared<mvcc::txn_request>& request, asker who);
  void list(const shared<mvcc::range_request>& request, asker who);
  void wake();
  void take_batches();
  void send(const std::vector<raft::envelope>& messages);
  void feed_writer();
  [[nodiscard]] bool may_write_here(const write_job& job) const;
  [[nodiscard]] bool write_here(const write_job& job), settle_written(const write_done& done);
  void change_role(const raft::role_change& change);
  bool apply(const raft::entries& committed);
  void apply_command(const raft::entry& e, std::vector<mvcc::event>& events, answer_list& answers);
  void note_leases(const mvcc::command& c, const mvcc::reply& r);
  void note_imported_leases();
  [[nodiscard]] tl::expected<raft::entry_id, caf::error> propose(std::string encoded);
  void fail(std::string_view doing, std::string_view why);
  // forwarding.cpp
  [[nodiscard]] bool leads() const { return fsm_->role() == raft::role_kind::leader; }
  void pass_on(passed_on w);
  template <class Response, class Request>
  void hand_over(const member_actor& where, const Request& request, passed_on w);
  void handed_back(std::uint64_t ticket, caf::error why);
  void retry_held();
  void expire_held();
  void doubt_leader();
  void forsake(std::uint64_t leader);
  void expire_forsaken();
  // unsettled.cpp
  [[nodiscard]] std::optional<waiting> settle(raft::entry_id applied, answer_list& answers);
  void expire_unsettled(), give_up_unsettled();
  // snapshots.cpp
  void send_snapshot(raft::server_id to);
  [[nodiscard]] bool install();
  void install_late();
  // members.cpp
  caf::result<shared<command_response>> transfer(const leadership_transfer& t);
  caf::result<shared<command_response>> change(const member_change& c);
  void finish_handovers();
  void expire_handovers();

  void ask_reads();
  void finish_reads(const std::vector<raft::read_result>& results);
  void serve_reads();
  void ask_again(std::chrono::nanoseconds age);
  void expire_reads();
  void answer(reader& r);
  [[nodiscard]] caf::result<shared<command_response>> keepalive(mvcc::lease_id id);
  [[nodiscard]] caf::result<shared<command_response>> query(const lease_query& q) const;
  [[nodiscard]] caf::result<shared<command_response>> list_leases() const;
  [[nodiscard]] caf::result<shared<command_response>> checksum(const hash_query& q);
  // maintenance.cpp
  void maintain();
  void expire_leases();
  void compact_history();
  void trim_log();
  [[nodiscard]] mvcc::revision compaction_target();
  [[nodiscard]] std::chrono::nanoseconds now() const;

  pointer self_;
  store_dependencies with_;
  store_config config_;
  std::unique_ptr<raft::fsm> fsm_;
  log_writer_actor writer_;
  bool awake_ = false;   ///< a `run` is in the mailbox
  bool stopped_ = false;
  std::deque<waiting> waiting_; ///< in the order in which they were proposed
  std::chrono::nanoseconds unsettled_since_{0}; ///< when the leadership was lost under which they were
  struct queued_batch {
    raft::batch_number number;
    storage::log::record record;
  };
  std::deque<queued_batch> to_write_;                                        ///< not yet with the writer
  std::deque<std::pair<raft::batch_number, std::vector<raft::envelope>>> after_persist_;
  bool writing_ = false;                                                     ///< the writer has a job
  std::uint64_t writer_id_ = 0;
  std::chrono::nanoseconds write_began_{0}, write_time_{0}; ///< the latter a mean of the last few
  std::map<std::uint64_t, member_actor> peers_; ///< the other members, as far as they can be reached
  std::deque<passed_on> held_;                  ///< there is no leader now
  std::map<std::uint64_t, passed_on> with_leader_; ///< by ticket
  std::uint64_t tickets_ = 0;
  std::uint64_t doubted_ = 0; ///< the leader that was silent lately: what it is given may get lost
  std::vector<handover> handovers_;
  std::map<std::uint64_t, caf::actor> senders_; ///< of snapshots, by member
  caf::actor receiver_;                         ///< of the snapshot that arrives; null between two
  std::uint64_t received_ = 0;                  ///< the last one that arrived
  std::optional<raft::batch_number> late_;      ///< written, but the state before it is still being read
  std::optional<raft::batch_number> installing_; ///< the batch after which the received state takes the place of ours
  std::vector<reader> unasked_;                          ///< reads for the next ReadIndex
  struct question {
    std::vector<reader> readers;
    std::chrono::nanoseconds since;
  };
  std::map<raft::read_id, question> asked_;
  std::multimap<raft::log_index, reader> unapplied_;     ///< wait until this index is applied
  raft::read_id last_read_ = 0;
  watch_table watches_;
  bool catching_up_ = false; ///< a `retry` is in the mailbox
  storage::mvcc::lease_table leases_; ///< used while leading
  struct sample {
    std::chrono::nanoseconds at;
    mvcc::revision newest;
  };
  std::deque<sample> samples_; ///< newest revision now and then, over the history window
  std::chrono::nanoseconds compacted_at_{0};
  std::shared_ptr<int> hashing_ = std::make_shared<int>(); ///< shared with each checksum that is being made
  bool scrubbing_ = false;              ///< the last compaction has more to remove
  mvcc::revision scrub_flushed_ = 0;    ///< what compactions up to here removed is on disk
  std::uint64_t bytes_applied_ = 0; ///< since the last flush was started
  std::uint64_t flush_started_ = 0; ///< applied index then
  std::uint64_t seen_applied_ = 0;  ///< applied index at the last tick, for telling idleness
  std::chrono::nanoseconds idle_since_{0};
  bool trimming_ = false;           ///< the writer has a trim job
};

} // namespace troupe::actors::store
