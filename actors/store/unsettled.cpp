#include "actors/store/error.hpp"
#include "actors/store/shard.hpp"
#include <caf/message.hpp>

// Proposals whose fate is open. A leader that loses its office does not give them up: they are in its log, so it sees
// as a follower whether the next leader commits them. After a planned transfer that is true of all.
namespace troupe::actors::store {

namespace {
/// So long a client waits for what became of its write, at a member that leads no more.
constexpr std::chrono::milliseconds unsettled_max{1'000};
} // namespace

/// Who proposed the entry that is applied now, if it was proposed here; those before it that it decides get an answer.
std::optional<shard::waiting> shard::settle(raft::entry_id applied, answer_list& answers) {
  while (!waiting_.empty()) {
    auto& first = waiting_.front();
    // Terms only grow along a log: behind an entry of a newer term there will never be one of an older term.
    bool superseded = first.id.index >= applied.index && first.id.term < applied.term;
    bool passed_over = first.id.index < applied.index; // The state came as a snapshot.
    if (first.id != applied && !superseded && !passed_over) return std::nullopt;
    auto found = std::move(first);
    waiting_.pop_front();
    if (found.id == applied) return found;
    using raft::errc;
    auto why = to_error(raft::error{superseded ? errc::superseded : errc::leadership_lost, {}});
    if (found.promise) answers.emplace_back(*found.promise, caf::make_message(std::move(why)));
  }
  return std::nullopt;
}

void shard::expire_unsettled() {
  if (!leads() && !waiting_.empty() && unsettled_since_ + unsettled_max <= now()) give_up_unsettled();
}

void shard::give_up_unsettled() {
  auto lost = to_error(raft::error{raft::errc::leadership_lost, fsm_->leader()});
  for (auto& w : waiting_)
    if (w.promise) w.promise->deliver(lost);
  waiting_.clear();
  finish_handovers();
}

} // namespace troupe::actors::store
