#include "storage/raft/fsm.hpp"
#include "policies/mutations/mutations.hpp"

// Linearizable reads without a log entry: ReadIndex (thesis 6.4) and leases (6.4.1).
namespace troupe::storage::raft {

using policies::mutations::bug;

tl::expected<void, error> fsm::read(read_id id, read_mode mode) {
  if (auto* self = std::get_if<leader_role>(&role_)) {
    if ((mode == read_mode::lease && lease_valid()) || active(bug::stale_read))
      answer_read(config_.id, id, hard_.commit);
    else if (!enqueue_read(*self, config_.id, id))
      return tl::unexpected(error{errc::busy, {}});
    return {};
  }
  const auto known = leader();
  if (!known) return tl::unexpected(not_leader());
  send(*known, read_request{hard_.term, id});
  return {};
}

bool fsm::lease_valid() const {
  const auto* self = std::get_if<leader_role>(&role_);
  if (!self || !config_.check_quorum || !self->lease_usable || hard_.commit < self->term_start) return false;
  // Each of a quorum withholds its vote for an election timeout from when it got the heartbeat, so from
  // when it was sent at the earliest.
  return now_ + config_.lease_margin_ticks < self->followers.lease_since(log_.members()) + config_.election_ticks;
}

bool fsm::enqueue_read(leader_role& self, server_id from, read_id id) {
  return self.reads.add(from, id, hard_.commit >= self.term_start ? hard_.commit : log_index{});
}

/// One round of heartbeats for all reads since the last; alone in the group it is over at once.
void fsm::start_read_round(leader_role& self) {
  self.reads.begin_round();
  if (auto* own = self.followers.find(config_.id)) own->round = self.reads.round();
  broadcast_heartbeat(self);
  settle_reads(self);
}

void fsm::settle_reads(leader_role& self) {
  if (self.reads.empty()) return;
  for (const auto& w : self.reads.settle(self.followers.round(log_.members())))
    answer_read(w.from, w.id, w.index);
}

void fsm::answer_read(server_id to, read_id id, std::optional<log_index> index) {
  if (to == config_.id)
    reads_.push_back({id, index});
  else
    send(to, read_response{hard_.term, id, index});
}

tl::expected<void, step_errc> fsm::on(server_id from, const read_request& m) {
  auto* self = std::get_if<leader_role>(&role_);
  if (!self || !enqueue_read(*self, from, m.id)) answer_read(from, m.id, std::nullopt);
  return {};
}

tl::expected<void, step_errc> fsm::on(server_id, const read_response& m) {
  reads_.push_back({m.id, m.index});
  return {};
}

} // namespace troupe::storage::raft
