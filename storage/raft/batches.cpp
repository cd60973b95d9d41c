#include "storage/raft/fsm.hpp"
#include <algorithm>
#include <limits>
#include <utility>

// What leaves the fsm, and in which order it becomes durable.
namespace troupe::storage::raft {

void fsm::send(server_id to, message m) { messages_.push_back({config_.id, to, std::move(m)}); }

void fsm::send_when_durable(server_id to, message m) { when_durable_.push_back({config_.id, to, std::move(m)}); }

bool fsm::anything_to_write() const {
  // A commit index alone is not worth a write: it is found again after a restart.
  return hard_.term != written_hard_.term || hard_.vote != written_hard_.vote || written_ < log_.last_index() ||
         snapshot_to_write_;
}

log_index fsm::applicable_index() const { return std::min(hard_.commit, log_.stable_index()); }

bool fsm::has_batch() const {
  if (anything_to_write() || !messages_.empty() || !when_durable_.empty() || !reads_.empty()) return true;
  if (reported_role_ != current_role()) return true;
  if (const auto* self = std::get_if<leader_role>(&role_); self && self->reads.round_wanted()) return true;
  return handed_out_ < applicable_index() && unapplied_bytes_ < config_.max_unapplied_bytes && !read_failed_;
}

batch fsm::take() {
  if (auto* self = std::get_if<leader_role>(&role_)) {
    if (self->reads.round_wanted()) start_read_round(*self);
    if (std::exchange(self->unsent, false)) broadcast_append(*self, empty_append::skip);
  }
  batch b;
  take_writes(b);
  take_committed(b);
  b.messages = std::move(messages_);
  messages_.clear();
  // Nothing is being written, so there is nothing to wait for.
  auto& later = writes_.empty() ? b.messages : b.after_persist;
  std::move(when_durable_.begin(), when_durable_.end(), std::back_inserter(later));
  when_durable_.clear();
  b.reads = std::exchange(reads_, {});
  if (const auto now = current_role(); now != reported_role_) b.role = reported_role_ = now;
  return b;
}

void fsm::take_writes(batch& b) {
  const bool waits_its_turn = !when_durable_.empty() && !writes_.empty();
  if (!anything_to_write() && !waits_its_turn) return;
  b.number = ++last_batch_;
  if (anything_to_write()) {
    b.hard = hard_;
    b.must_sync = true;
    b.snapshot = std::exchange(snapshot_to_write_, std::nullopt);
    if (written_ < log_.last_index())
      // Entries that were never written are all in memory, so this can't fail.
      b.log = log_.read(written_ + 1, log_.last_index() + 1, std::numeric_limits<std::size_t>::max()).value();
    written_ = log_.last_index();
    written_hard_ = hard_;
  }
  writes_.push_back({.number = b.number,
                     .last = b.log.empty() ? log_index{} : written_,
                     .snapshot = b.snapshot ? b.snapshot->index : log_index{},
                     .term = written_hard_.term,
                     .vote = written_hard_.vote});
}

void fsm::take_committed(batch& b) {
  const auto end = applicable_index();
  if (handed_out_ >= end || unapplied_bytes_ >= config_.max_unapplied_bytes || read_failed_) return;
  auto list = log_.read(handed_out_ + 1, end + 1, config_.max_apply_bytes);
  if (!list || list->empty()) {
    read_failed_ = true;
    return;
  }
  b.committed = std::move(*list);
  handed_out_ = b.committed.back().index;
  unapplied_.push_back({handed_out_, total_bytes(b.committed)});
  unapplied_bytes_ += unapplied_.back().bytes;
}

} // namespace troupe::storage::raft
