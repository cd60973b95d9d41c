#include "storage/raft/fsm.hpp"
#include "policies/mutations/mutations.hpp"
#include <algorithm>

// Log replication (thesis 3.5), pipelined (10.2.2) and in parallel with the leader's own disk (10.2.1).
namespace troupe::storage::raft {

using policies::mutations::bug;

void fsm::append_own(leader_role& self, entry_kind kind, payload data) {
  entry e{hard_.term, log_.last_index() + 1, kind, std::move(data)};
  if (kind == entry_kind::command) self.open.add(e.index, e.view().size());
  log_.append(std::move(e));
  if (kind == entry_kind::configuration) self.followers.follow(log_.members(), log_.last_index(), now_);
}

void fsm::broadcast_append(leader_role& self, empty_append empty) {
  for (auto& [id, p] : self.followers.all()) {
    if (id == config_.id) continue;
    // Where the logs agree is not known while probing, so a commit index alone is no use there.
    const auto alone = p.state == progress_state::replicate ? empty : empty_append::skip;
    if (!send_append(id, p, alone)) continue;
    while (send_append(id, p, empty_append::skip)) {
    }
  }
}

/// Sends the next entries and tells whether there were any.
bool fsm::send_append(server_id to, progress& p, empty_append empty) {
  if (p.paused()) return false;
  const entry_id previous{log_.term(p.next - 1).value_or(term_number{}), p.next - 1};
  if (previous.index && !previous.term) return send_snapshot(to, p), false;
  auto list = log_.read(p.next, log_.last_index() + 1, config_.max_message_bytes);
  if (!list) {
    if (list.error() == log_errc::compacted) send_snapshot(to, p);
    return false;
  }
  if (list->empty() && empty == empty_append::skip) return false;
  const auto last = list->empty() ? previous.index : list->back().index;
  const bool any = !list->empty();
  p.sent(last, any ? total_bytes(*list) : 0);
  send(to, append_request{hard_.term, previous, hard_.commit, std::move(*list)});
  return any;
}

void fsm::broadcast_heartbeat(leader_role& self) {
  self.heartbeat_due = now_ + config_.heartbeat_ticks;
  for (const auto& [id, p] : self.followers.all())
    if (id != config_.id) send(id, heartbeat{hard_.term, std::min(p.match, hard_.commit), self.reads.round(), now_});
}

bool fsm::advance_commit() {
  const auto* self = std::get_if<leader_role>(&role_);
  if (!self) return false;
  const auto index = active(bug::early_answer) ? log_.last_index() : self->followers.committed(log_.members());
  // Entries of earlier terms are committed only together with one of this term (thesis 3.6.2).
  if (index <= hard_.commit || index < self->term_start) return false;
  commit_to(index);
  return true;
}

void fsm::commit_to(log_index index) {
  if (index <= hard_.commit) return;
  hard_.commit = index;
  auto* self = std::get_if<leader_role>(&role_);
  if (!self) return;
  self->open.committed_to(index);
  self->reads.first_commit(index);
  settle_reads(*self);
  on_configuration_committed(*self);
}

void fsm::truncate(log_index from) {
  log_.truncate(from);
  written_ = std::min(written_, log_.last_index());
  for (auto& w : writes_)
    w.last = std::min(w.last, log_.last_index());
}

tl::expected<void, step_errc> fsm::on(server_id from, const append_request& m) {
  if (auto ok = follow(from); !ok) return ok;
  if (m.previous.index < hard_.commit) {
    send_when_durable(from, append_response{.term = hard_.term, .index = hard_.commit});
    return {};
  }
  if (!log_.contains(m.previous)) {
    const auto hint = log_.last_at_or_below(m.previous.index, m.previous.term);
    send_when_durable(from, append_response{hard_.term, m.previous.index, true, hint});
    return {};
  }
  auto fresh = std::find_if(m.list.begin(), m.list.end(), [this](const entry& e) { return !log_.contains(e.id()); });
  if (fresh != m.list.end()) {
    if (fresh->index <= hard_.commit) return tl::unexpected(step_errc::diverged);
    truncate(fresh->index);
    for (; fresh != m.list.end(); ++fresh)
      log_.append(*fresh);
  }
  const auto agreed = m.list.empty() ? m.previous.index : m.list.back().index;
  commit_to(std::min(m.commit, agreed));
  send_when_durable(from, append_response{.term = hard_.term, .index = agreed});
  return {};
}

tl::expected<void, step_errc> fsm::on(server_id from, const append_response& m) {
  auto* self = std::get_if<leader_role>(&role_);
  auto* p = self ? self->followers.find(from) : nullptr;
  if (!p) return {};
  if (m.index > log_.last_index()) return tl::unexpected(step_errc::malformed);
  p->active_tick = now_;
  if (!m.rejected) {
    on_accepted(*self, from, *p, m.index);
    return {};
  }
  // The follower's last entry of a term that this log lacks can't match: skip to where it may (thesis 3.5).
  const auto hint = m.hint.term ? log_.last_at_or_below(m.hint.index, m.hint.term).index : m.hint.index;
  if (p->rejected(m.index, hint)) send_append(from, *p, empty_append::send);
  return {};
}

void fsm::on_accepted(leader_role& self, server_id from, progress& p, log_index index) {
  const bool was_paused = p.paused();
  const bool fresh = p.accepted(index);
  if (!fresh && (p.state != progress_state::probe || p.match != index)) return;
  switch (p.state) {
  case progress_state::probe:
    p.become_replicate();
    break;
  case progress_state::replicate:
    p.window.free_to(index);
    break;
  case progress_state::snapshot:
    if (p.match + 1 >= log_.first_index()) p.become_replicate();
    break;
  }
  if (advance_commit()) {
    // A commit may end a joint configuration or this leader's term of office, so members may be gone.
    if (!std::holds_alternative<leader_role>(role_)) return;
    broadcast_append(self, empty_append::send);
  } else if (was_paused) {
    send_append(from, p, empty_append::send);
  }
  if (auto* still = self.followers.find(from))
    while (send_append(from, *still, empty_append::skip)) {
    }
  maybe_hand_over(self);
}

tl::expected<void, step_errc> fsm::on(server_id from, const heartbeat& m) {
  if (auto ok = follow(from); !ok) return ok;
  // A leader tells no more than what this server has confirmed, so it must have it.
  if (m.commit > log_.last_index()) return tl::unexpected(step_errc::diverged);
  commit_to(m.commit);
  send(from, heartbeat_response{hard_.term, m.round, m.tick});
  return {};
}

tl::expected<void, step_errc> fsm::on(server_id from, const heartbeat_response& m) {
  auto* self = std::get_if<leader_role>(&role_);
  auto* p = self ? self->followers.find(from) : nullptr;
  if (!p) return {};
  if (m.tick > now_ || m.round > self->reads.round()) return tl::unexpected(step_errc::malformed);
  p->active_tick = now_;
  p->lease_tick = std::max(p->lease_tick, m.tick);
  p->round = std::max(p->round, m.round);
  p->probe_sent = false;
  // An append may be lost: without entries, the next one asks whether all before it arrived, even past the window.
  const auto sent = log_.term(p->next - 1);
  if (p->state == progress_state::replicate && p->window.full() && sent) {
    send(from, append_request{hard_.term, {*sent, p->next - 1}, hard_.commit, {}});
  } else if (p->match < log_.last_index() || p->state == progress_state::probe) {
    // What it did not answer was compacted meanwhile, so the window can't open again.
    if (p->state == progress_state::replicate && !sent) p->become_probe();
    send_append(from, *p, empty_append::send);
  }
  settle_reads(*self);
  return {};
}

void fsm::unreachable(server_id id) {
  auto* self = std::get_if<leader_role>(&role_);
  auto* p = self ? self->followers.find(id) : nullptr;
  if (p && id != config_.id && p->state == progress_state::replicate) p->become_probe();
}

} // namespace troupe::storage::raft
