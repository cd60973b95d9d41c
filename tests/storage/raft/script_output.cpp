#include "storage/raft/describe.hpp"
#include "tests/storage/raft/script.hpp"
#include <fmt/format.h>

namespace troupe::tests::raft {
namespace {

std::string text(const entries& list) {
  std::string out;
  for (const auto& e : list)
    out += (out.empty() ? "" : ", ") + describe(e);
  return "[" + out + "]";
}

std::string leader_text(const std::optional<server_id>& leader) {
  return leader ? std::to_string(leader->value) : "none";
}

} // namespace

void script::say(std::string line) {
  if (!quiet_) out_ += std::move(line) + "\n";
}

template <class T> void script::answer(const tl::expected<T, error>& result) {
  if (!result) {
    const auto& e = result.error();
    say(fmt::format("error: {}{}", sentence(e.code), e.leader ? fmt::format(" (leader {})", e.leader->value) : ""));
  } else if constexpr (std::is_same_v<T, entry_id>) {
    say(fmt::format("proposed {}/{}", result->index.value, result->term.value));
  }
}
template void script::answer(const tl::expected<void, error>&);
template void script::answer(const tl::expected<entry_id, error>&);
template void script::answer(const tl::expected<snapshot_meta, error>&);

void script::say_batch(const node& n, const batch& b) {
  say(fmt::format("{} batch{}", n.id.value, b.number ? fmt::format(" #{}", b.number.value) : ""));
  if (b.role)
    say(fmt::format("  {} term:{} leader:{}", name_of(b.role->role), b.role->term.value, leader_text(b.role->leader)));
  if (b.snapshot) say("  install " + describe(*b.snapshot));
  if (b.hard)
    say(fmt::format("  write term:{} vote:{} commit:{}", b.hard->term.value, b.hard->vote.value, b.hard->commit.value));
  if (!b.log.empty()) say("  write " + text(b.log));
  for (const auto& e : b.messages)
    say("  send " + describe(e));
  for (const auto& e : b.after_persist)
    say("  when durable " + describe(e));
  if (!b.committed.empty()) say("  apply " + text(b.committed));
  for (const auto& r : b.reads)
    say(r.index ? fmt::format("  read {} at {}", r.id, r.index->value) : fmt::format("  read {} failed", r.id));
}

void script::status(const node& n) {
  if (!n.raft) return say(fmt::format("{}: down", n.id.value));
  const auto& log = n.raft->entries_log();
  say(fmt::format("{}: {} term:{} leader:{} commit:{} applied:{} log:({},{}] {}", n.id.value, name_of(n.raft->role()),
                  n.raft->term().value, leader_text(n.raft->leader()), n.raft->commit_index().value, n.applied.value,
                  log.first_index().value - 1, log.last_index().value, describe(n.raft->members())));
}

void script::print_log(const node& n) {
  const auto& log = n.raft->entries_log();
  const auto list = log.read(log.first_index(), log.last_index() + 1, std::size_t(1) << 30);
  if (!list) return say("unreadable");
  for (const auto& e : *list)
    say(describe(e) + (e.index > log.stable_index() ? " (not durable)" : ""));
}

} // namespace troupe::tests::raft
