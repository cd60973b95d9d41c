#pragma once
#include "storage/raft/fsm.hpp"
#include <map>
#include <set>

namespace troupe::storage::raft {

/// The promises of Raft (thesis figure 3.2), checked over all members of one group after every step by someone who
/// sees them all: tests and simulations. Costs what changed, not the length of the log.
class invariants {
public:
  /// After a step of this member. Election safety, leader completeness, commit index never back, and what is
  /// committed is the same everywhere.
  void observe(const fsm& member);
  /// After taking a batch of this member. Log matching, state machine safety.
  void observe(server_id member, const batch& b);
  /// The member lost what was not durable, and starts again having applied up to `applied`.
  void restarted(server_id member, log_index applied);

  /// The first broken promise; empty as long as all hold.
  [[nodiscard]] const std::string& violation() const noexcept { return violation_; }
  /// The highest index that any member knows to be committed.
  [[nodiscard]] log_index committed() const noexcept { return committed_.empty() ? base_ : committed_.rbegin()->first; }
  [[nodiscard]] std::optional<term_number> committed_term(log_index index) const;

private:
  struct content {
    term_number previous;
    entry_kind kind;
    std::size_t hash;
    bool operator==(const content&) const = default;
  };
  struct seen {
    log_index commit, applied;
    std::set<term_number> led;             ///< terms whose election was checked
    std::map<log_index, term_number> tail; ///< of the log: terms of recently written entries
  };
  void fail(std::string what);
  void check_election(const fsm& member);
  void check_completeness(const fsm& leader);
  void check_commit(const fsm& member, seen& before);
  void note_entry(server_id member, seen& s, const entry& e);

  std::string violation_;
  log_index base_;
  std::map<term_number, server_id> leaders_;
  std::map<log_index, term_number> committed_;
  std::map<log_index, std::pair<term_number, std::size_t>> applied_;
  std::map<std::pair<log_index, term_number>, content> entries_;
  std::map<server_id, seen> members_;
};

} // namespace troupe::storage::raft
