#pragma once
#include "storage/raft/invariants.hpp"
#include "storage/raft/memory_storage.hpp"
#include <deque>
#include <map>
#include <string>
#include <vector>

/// Runs scenario scripts: a group of fsms that is moved by hand, command by command, and tells what it does.
///
///     nodes 3 [voters=1,2,3] [learners=4] [pre_vote=off] [check_quorum=off] [inflight=n] [message_bytes=n]
///             [uncommitted=n] [entry=n] [cache=n] [reads=n]  nodes outside of both lists start empty, to join
///     campaign N | tick N [COUNT] | propose N DATA… | members N +V ~LEARNER -ID… [joint|explicit] | leave-joint N
///     transfer N TARGET | read N ID [lease] | compact N INDEX [KEEP_FROM] | unreachable N ID
///     snapshot-sent N ID ok|failed | crash N | start N
///     ready N…        takes and prints the batches; writes at once unless the disk is slow
///     disk N slow|fast; persist N [COUNT]    finishes writes of a slow disk
///     deliver N [FROM]; drop N [FROM]; twice N [FROM]   messages under way to N
///     cut A B…; heal  everything between A and each B is dropped
///     stabilize [N…]  ready and deliver until nothing happens any more; `settle` is the same without a word
///     status [N…] | progress N | log N | lease N
///
/// After every command the invariants of Raft are checked.
namespace troupe::tests::raft {

using namespace storage::raft;

class script {
public:
  /// Carries out one line and returns what there is to tell, each line ended.
  std::string run(const std::string& line);

private:
  using words = std::vector<std::string>;
  struct node {
    server_id id;
    memory_storage disk;
    std::unique_ptr<fsm> raft;
    log_index applied;
    bool slow = false;
    std::deque<batch> writing;
  };

  // script.cpp
  void dispatch(const words& w);
  void nodes(const words& w);
  void requests(const words& w);
  void start(node& n);
  void ready(node& n);
  void carry_out(node& n, batch b);
  void persist(node& n, std::size_t count);
  void deliver(server_id to, std::optional<server_id> from);
  void deliver_one(const envelope& e);
  void drop(server_id to, std::optional<server_id> from);
  void twice(server_id to, std::optional<server_id> from);
  void stabilize(const std::vector<server_id>& who);
  void post(const std::vector<envelope>& list);
  void check(node& n);
  node& at(server_id id);
  node& at(const std::string& word) { return at(server_id{std::stoull(word)}); }
  [[nodiscard]] std::vector<server_id> ids(const words& w, std::size_t from) const;

  // script_output.cpp
  void say(std::string line);
  template <class T> void answer(const tl::expected<T, error>& result);
  void say_batch(const node& n, const batch& b);
  void status(const node& n);
  void print_log(const node& n);

  std::string out_;
  bool quiet_ = false;
  fsm_config config_;
  std::map<server_id, node> nodes_;
  std::deque<envelope> under_way_;
  std::set<std::pair<server_id, server_id>> cut_;
  invariants checker_;
};

} // namespace troupe::tests::raft
