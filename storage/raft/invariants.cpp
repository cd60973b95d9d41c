#include "storage/raft/invariants.hpp"
#include "storage/raft/describe.hpp"
#include <fmt/format.h>
#include <functional>

namespace troupe::storage::raft {
namespace {

std::size_t hash_of(const entry& e) {
  return std::hash<std::string_view>()(e.view()) ^ static_cast<std::size_t>(e.kind);
}

} // namespace

void invariants::fail(std::string what) {
  if (violation_.empty()) violation_ = std::move(what);
}

void invariants::observe(const fsm& member) {
  auto& before = members_[member.id()];
  check_commit(member, before);
  if (member.role() == role_kind::leader && before.led.insert(member.term()).second) {
    check_election(member);
    check_completeness(member);
  }
}

/// Election Safety: at most one leader in a term.
void invariants::check_election(const fsm& member) {
  const auto [it, first] = leaders_.try_emplace(member.term(), member.id());
  if (!first && it->second != member.id())
    fail(fmt::format("election safety: {} and {} both lead in term {}", it->second.value, member.id().value,
                     member.term().value));
}

/// Leader Completeness: what was committed is in the log of every later leader.
void invariants::check_completeness(const fsm& leader) {
  const auto& log = leader.entries_log();
  for (auto it = committed_.lower_bound(log.first_index()); it != committed_.end(); ++it)
    if (log.term(it->first) != it->second)
      return fail(fmt::format("leader completeness: {} leads in term {} without the committed entry {}/{}",
                              leader.id().value, leader.term().value, it->first.value, it->second.value));
}

/// What one member takes for committed, all do; and nobody takes it back while it runs.
void invariants::check_commit(const fsm& member, seen& before) {
  const auto commit = member.commit_index();
  if (commit < before.commit)
    fail(fmt::format("commit index of {} went from {} to {}", member.id().value, before.commit.value, commit.value));
  const auto& log = member.entries_log();
  for (auto index = std::max(before.commit + 1, log.first_index()); index <= commit; ++index) {
    const auto term = log.term(index);
    if (!term) {
      fail(fmt::format("{} has no entry at its committed index {}", member.id().value, index.value));
      break;
    }
    const auto [it, first] = committed_.try_emplace(index, *term);
    if (!first && it->second != *term)
      fail(fmt::format("state machine safety: {} has {}/{} committed, others {}/{}", member.id().value, index.value,
                       term->value, index.value, it->second.value));
  }
  before.commit = commit;
}

void invariants::observe(server_id member, const batch& b) {
  auto& s = members_[member];
  if (b.snapshot) {
    s.tail = {{b.snapshot->index, b.snapshot->term}};
    if (auto it = committed_.find(b.snapshot->index); it == committed_.end() || it->second != b.snapshot->term)
      fail(fmt::format("{} installs a snapshot at {}/{}, which is not committed", member.value, b.snapshot->index.value,
                       b.snapshot->term.value));
    s.applied = b.snapshot->index;
  }
  for (const auto& e : b.log)
    note_entry(member, s, e);
  for (const auto& e : b.committed) {
    if (s.applied && e.index != s.applied + 1)
      fail(fmt::format("{} applies {} after {}", member.value, e.index.value, s.applied.value));
    s.applied = e.index;
    const auto [it, first] = applied_.try_emplace(e.index, e.term, hash_of(e));
    if (!first && it->second != std::pair(e.term, hash_of(e)))
      fail(fmt::format("state machine safety: {} applies {}, others something else", member.value, describe(e)));
  }
}

/// Log Matching: entries of equal index and term are equal, and so are those before them. By induction it is enough
/// that each has one content and one term before it.
void invariants::note_entry(server_id member, seen& s, const entry& e) {
  s.tail.erase(s.tail.lower_bound(e.index), s.tail.end());
  const auto before = s.tail.find(e.index - 1);
  if (before != s.tail.end() || e.index.value == 1) {
    const content now{before == s.tail.end() ? term_number{} : before->second, e.kind, hash_of(e)};
    const auto [it, first] = entries_.try_emplace({e.index, e.term}, now);
    if (!first && it->second != now)
      fail(fmt::format("log matching: {} has another {} than others", member.value, describe(e)));
  }
  s.tail.emplace(e.index, e.term);
}

void invariants::restarted(server_id member, log_index applied) {
  auto& s = members_[member];
  s.commit = {};
  s.applied = applied;
  s.tail.clear();
}

std::optional<term_number> invariants::committed_term(log_index index) const {
  auto it = committed_.find(index);
  return it == committed_.end() ? std::nullopt : std::optional(it->second);
}

} // namespace troupe::storage::raft
