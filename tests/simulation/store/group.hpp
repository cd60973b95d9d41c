#pragma once
#include "actors/base/environment.hpp"
#include "actors/store/shard_files.hpp"
#include "actors/store/store.hpp"
#include "tests/simulation/raft/random.hpp"
#include "tests/simulation/store/history.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/response_promise.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <deque>
#include <functional>
#include <queue>
#include <set>

/// The members of one shard of the store, as the actors that they are in production, in one thread under virtual time:
/// with a bad network, crashes, pauses, clients and watches. The seed decides everything.
namespace troupe::tests::simulation {

/// A wrong store or driver; to prove that the checks notice.
enum class fault_of_ours {
  none,
  stale_reads,    ///< clients take what a member has applied for the newest
  forgets_writes, ///< a crash takes what the log had promised
  says_done,      ///< clients take "nobody knows" for "done"
};

/// What takes the leader away, again and again.
enum class leader_loss { none, crash, cut, transfer };

struct settings {
  std::uint64_t seed = 0;
  std::size_t members = 3;
  fault_of_ours broken = fault_of_ours::none;
  bool passes_on = false;          ///< followers pass writes on to the leader
  bool short_log = false;          ///< who was away for a while needs a snapshot
  std::uint64_t fault_ms = 12'000; ///< how long faults go on
  bool suspend_leaders = false;    ///< nothing but this: the leader's host sleeps, unnoticed by itself
  leader_loss loss = leader_loss::none; ///< nothing but this, with the timings of production
  int losses = 5;
};

/// What happened, so that a test can tell whether a run was worth its time.
struct tally {
  std::uint64_t acknowledged = 0, reads = 0, unknown = 0, refused = 0, failed_compares = 0, crashes = 0, pauses = 0,
                partitions = 0, lost_messages = 0, events = 0, leaders = 0;
  void add(const tally& other);
};

struct report {
  std::string violation; ///< empty: all promises kept
  std::uint64_t trace = 0;
  tally counts;
  std::vector<std::uint64_t> gaps_ms; ///< per loss: the longest time without an acknowledged write
  std::uint64_t disturbed = 0;        ///< writes without an answer, or refused, during losses
};

class group {
public:
  explicit group(const settings& how);
  ~group();
  group(const group&) = delete;
  group& operator=(const group&) = delete;
  report run();

private:
  using moment = std::uint64_t; ///< virtual milliseconds
  static constexpr moment step_ms = 2;
  /// The transport as a member sees it.
  using wire_actor = actors::store::peer_actor::extend<
    caf::reacts_to<actors::open_atom, actors::store::peer_listener_actor>>;
  struct member {
    std::uint64_t id = 0;
    std::shared_ptr<actors::store::shard_files> files;
    actors::store::shard_actor shard; ///< null: crashed
    std::uint64_t life = 0; ///< counts starts: what belongs to an earlier one is lost
    wire_actor wire;
    std::map<std::uint64_t, actors::store::member_actor> links; ///< to each other member, for the whole run
    std::map<std::uint64_t, bool> reaches;                      ///< what its transport has told it last
    std::map<std::uint64_t, moment> changed;                    ///< since when that is not so any more
    caf::resumable* work = nullptr; ///< the shard as the scheduler sees it
    moment paused_until = 0;         ///< its process stands still, its mail waits
    // Its watch of everything, resumed for ever.
    actors::store::subscriber_actor watcher;
    std::vector<change> told;
    std::uint64_t watch = 0; ///< id; 0: none open
    bool opening = false;
  };
  struct delivery {
    moment at;
    std::uint64_t order;
    std::uint64_t to;
    std::string bytes;
    bool operator<(const delivery& other) const { return std::pair(at, order) > std::pair(other.at, other.order); }
  };
  struct postponed {
    moment at;
    std::uint64_t order;
    caf::actor who; ///< does it, as its own work
    std::function<void()> what;
    bool operator<(const postponed& other) const { return std::pair(at, order) > std::pair(other.at, other.order); }
  };
  struct client {
    std::size_t busy = 0; ///< number of the open operation + 1
    moment next = 0;
    std::map<std::string, revision> known; ///< mod revisions that it saw
  };
  struct system_config : caf::actor_system_config {
    system_config() { set("scheduler.policy", caf::atom("testing")); }
  };

  // members.cpp: life of the members and the passage of time
  void found(member& m);    ///< gives it an empty disk
  void surround(member& m); ///< gives it a network and a watcher
  void start(member& m);
  void crash(member& m);
  void lose_unsynced(member& m);
  void pass(moment duration);
  void pass_until(const std::function<bool()>& condition);
  void work(std::size_t turns_max);
  bool turn();
  void post(const storage::raft::envelope& e);
  void deliver();
  [[nodiscard]] bool blocked(std::uint64_t from, std::uint64_t to) const;

  // links.cpp: requests between members, over connections that stall, break and come back
  using link_pointer = caf::event_based_actor*;
  caf::behavior link(link_pointer self, std::uint64_t from, std::uint64_t to);
  template <class Response, class Kind, class Request>
  void carry(link_pointer self, std::uint64_t from, std::uint64_t to, std::uint64_t life, Kind kind, Request request,
             caf::response_promise promise);
  template <class Answer>
  void carry_back(link_pointer self, std::uint64_t from, std::uint64_t to, std::uint64_t life, Answer answer,
                  caf::response_promise promise);
  void later(link_pointer self, std::function<void()> what);
  void wake_links();
  void tell_who_is_there(member& m);

  // losses.cpp
  void lose_leaders();
  void lose(member& leader);
  [[nodiscard]] member* leader_of();
  [[nodiscard]] bool cut_off(const member& m) const;

  // traffic.cpp: clients and watches
  void ask(std::size_t number);
  void finish(std::size_t number, operation::fate how);
  void answered(std::size_t number, const actors::store::mvcc::txn_response& r);
  void looked(std::size_t number, const actors::store::mvcc::range_response& r);
  void failed(std::size_t number, const caf::error& e);
  void watch_on(member& m);
  void told(member& m, const actors::store::event_batch& b);
  void note(std::uint64_t what);

  // faults.cpp
  void disturb();
  void pause(member& m);
  void isolate(member& m);
  void suspend_leader();
  [[nodiscard]] bool leads(member& m);
  void mend();
  member& some() { return members_[rng_.below(members_.size())]; }
  [[nodiscard]] bool converged();
  [[nodiscard]] std::string positions() const;
  void verify();
  void violated(std::string what);

  settings how_;
  random rng_;
  system_config configuration_;
  caf::actor_system system_{configuration_};
  caf::scheduler::test_coordinator& scheduler_ =
    dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  actors::environment_ptr environment_;
  moment now_ = 0;
  std::uint64_t order_ = 0;
  std::vector<member> members_;
  std::priority_queue<delivery> under_way_;
  std::priority_queue<postponed> later_;
  std::map<caf::actor, std::deque<std::function<void()>>> due_; ///< by who does it
  std::vector<caf::response_promise> lost_; ///< nobody will ever answer these
  std::set<std::pair<std::uint64_t, std::uint64_t>> cut_; ///< one way: from, to
  std::uint64_t loss_percent_ = 0, double_percent_ = 0, slow_percent_ = 0;
  bool clients_on_ = true;
  std::vector<client> clients_;
  std::vector<operation> operations_;
  moment last_acknowledged_ = 0, longest_gap_ = 0;
  std::uint64_t last_watch_ = 0;
  std::set<std::uint64_t> terms_; ///< in which somebody led
  report report_;
};

} // namespace troupe::tests::simulation
