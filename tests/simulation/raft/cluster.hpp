#pragma once
#include "storage/raft/invariants.hpp"
#include "storage/raft/memory_storage.hpp"
#include "tests/simulation/raft/random.hpp"
#include <functional>
#include <queue>

/// A whole Raft group in one thread under virtual time: nodes, disks, a bad network, clients, and the checks. The seed
/// decides everything, so equal seeds give equal runs.
namespace troupe::tests::simulation {

using namespace storage::raft;

/// How the driver breaks its contract; to prove that the checks notice.
enum class sabotage {
  none,
  forgets_votes,    ///< the vote is not there after a restart
  promises_early,   ///< `after_persist` goes out before the write
  reports_early,    ///< `persisted` is called before the write
  loses_last_entry, ///< a crash takes the last durable entry, too
};

struct settings {
  std::uint64_t seed = 0;
  sabotage broken = sabotage::none;
  unsigned fault_ticks = 250; ///< how long faults go on
  bool trace = false;         ///< print every event
};

/// What happened, so that a test can tell whether a run was worth its time.
struct tally {
  std::uint64_t elections = 0, commits = 0, crashes = 0, partitions = 0, snapshots = 0, changes = 0, joints = 0,
                transfers = 0, reads = 0, lease_reads = 0, acknowledged = 0, events = 0;
  void add(const tally& other);
};

struct report {
  std::string violation; ///< empty: all promises kept
  std::uint64_t trace = 0;
  tally counts;
};

class cluster {
public:
  explicit cluster(const settings& how);
  report run();

private:
  using moment = std::uint64_t;
  static constexpr moment tick_length = 16;
  struct node {
    server_id id;
    memory_storage disk;
    std::unique_ptr<fsm> raft; ///< null: down
    log_index applied;         ///< of the state machine
    std::uint64_t state = 0;   ///< its content: a hash over all that was applied
    std::deque<batch> writing;
    bool disk_busy = false;
    moment disk_delay = 4;
    std::uint64_t life = 0; ///< counts restarts, so that what belongs to an earlier life is dropped
  };
  struct event {
    moment at;
    std::uint64_t order;
    std::function<void()> action;
    bool operator<(const event& other) const { return std::pair(at, order) > std::pair(other.at, other.order); }
  };
  struct by_position {
    bool operator()(entry_id a, entry_id b) const { return std::pair(a.index, a.term) < std::pair(b.index, b.term); }
  };
  struct open_read {
    server_id at;
    log_index floor; ///< committed somewhere when the read was asked
    read_mode mode;
  };

  // cluster.cpp: time, and the driver of one node
  void schedule(moment delay, std::function<void()> action);
  void run_until(moment end);
  void start(node& n);
  void crash(node& n);
  void tick(server_id id, std::uint64_t life);
  void pump(node& n);
  void carry_out(node& n, batch b);
  void write_next(node& n);
  void finish_write(server_id id, std::uint64_t life);
  void make_durable(node& n, const batch& b);
  void apply(node& n, const batch& b);
  void load(node& n, const snapshot_meta& snapshot);
  void check(node& n);
  void violated(std::string what);
  void note(const std::string& what);
  bool converged();

  // network.cpp
  void post(envelope e);
  void deliver(const envelope& e, std::uint64_t sender_life);
  void snapshot_fate(server_id sender, std::uint64_t life, server_id to, snapshot_outcome how);
  [[nodiscard]] bool blocked(server_id from, server_id to) const;

  // faults.cpp: who asks and who breaks
  void client();
  void administrator();
  void disturb();
  void propose(node& n);
  void ask_read(node& n);
  void change_members(node& n);
  void compact(node& n);
  void fail(node& n);
  void partition();
  void cut_link();
  node* some_node(bool leader);
  node& at(server_id id) { return nodes_[id.value - 1]; }

  settings how_;
  fsm_config config_;
  moment usual_delay_ = 0;
  random rng_;
  moment now_ = 0;
  std::uint64_t order_ = 0;
  std::priority_queue<event> events_;
  std::vector<node> nodes_;
  invariants checker_;
  bool faults_ = true;
  std::uint64_t loss_percent_ = 0, double_percent_ = 0, slow_percent_ = 0;
  std::set<std::pair<server_id, server_id>> cut_;       ///< one way: from, to
  std::map<log_index, std::uint64_t> states_;           ///< of the state machine after each index
  std::map<entry_id, server_id, by_position> proposed_; ///< open, and where they were proposed
  std::map<log_index, term_number> acknowledged_;
  std::map<read_id, open_read> reads_;
  read_id last_read_ = 0;
  std::uint64_t last_command_ = 0;
  report report_;
};

} // namespace troupe::tests::simulation
