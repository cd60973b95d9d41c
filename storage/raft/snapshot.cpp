#include "storage/raft/fsm.hpp"
#include <algorithm>

// Snapshots (thesis chapter 5). Only their description passes here; the data is the driver's.
namespace troupe::storage::raft {

void fsm::send_snapshot(server_id to, progress& p) {
  const auto snapshot = log_.reader().snapshot();
  // A silent member would not take it; its first sign of life is a heartbeat answer, which leads here again.
  if (!snapshot.index || now_ - p.active_tick > config_.election_ticks) return;
  p.become_snapshot(snapshot.index);
  send(to, install_snapshot{hard_.term, snapshot});
}

void fsm::snapshot_sent(server_id id, snapshot_outcome how) {
  auto* self = std::get_if<leader_role>(&role_);
  auto* p = self ? self->followers.find(id) : nullptr;
  if (!p || p->state != progress_state::snapshot) return;
  if (how == snapshot_outcome::failed) p->pending_snapshot = {};
  p->become_probe();
  // Installing takes time, and a failure may last: the next heartbeat answer is early enough.
  p->probe_sent = true;
}

tl::expected<void, step_errc> fsm::on(server_id from, const install_snapshot& m) {
  if (auto ok = follow(from); !ok) return ok;
  const auto& s = m.snapshot;
  if (s.index <= hard_.commit) {
    send_when_durable(from, append_response{.term = hard_.term, .index = hard_.commit});
    return {};
  }
  if (log_.contains({s.term, s.index})) {
    // The log has all of it, so replaying the log is cheaper than loading the state.
    commit_to(s.index);
  } else {
    log_.restore(s);
    written_ = s.index;
    for (auto& w : writes_)
      w.last = {};
    hard_.commit = s.index;
    applied_ = handed_out_ = s.index;
    unapplied_.clear();
    unapplied_bytes_ = 0;
    snapshot_to_write_ = s;
  }
  send_when_durable(from, append_response{.term = hard_.term, .index = s.index});
  return {};
}

void fsm::compacted(const snapshot_meta& snapshot) { log_.compact(snapshot); }

tl::expected<snapshot_meta, error> fsm::describe(log_index index) const {
  auto meta = index <= applied_ ? log_.describe(index) : std::nullopt;
  if (!meta) return tl::unexpected(error{errc::unavailable, {}});
  return *std::move(meta);
}

} // namespace troupe::storage::raft
