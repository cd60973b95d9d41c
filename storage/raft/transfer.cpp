#include "storage/raft/fsm.hpp"
#include <algorithm>

// Leadership transfer (thesis 3.10): no new proposals, bring the target's log up to date, tell it to campaign.
namespace troupe::storage::raft {

tl::expected<void, error> fsm::transfer_leadership(server_id target) {
  auto* self = std::get_if<leader_role>(&role_);
  if (!self) return tl::unexpected(not_leader());
  if (self->handover) return tl::unexpected(error{errc::transferring, self->handover->target});
  const auto& voters = log_.members().voters;
  if (std::find(voters.begin(), voters.end(), target) == voters.end())
    return tl::unexpected(error{errc::not_voter, {}});
  if (target == config_.id) return {};
  self->handover = transfer{target, now_ + config_.election_ticks};
  if (auto* p = self->followers.find(target)) send_append(target, *p, empty_append::skip);
  maybe_hand_over(*self);
  return {};
}

void fsm::maybe_hand_over(leader_role& self) {
  if (!self.handover || self.handover->sent) return;
  const auto* p = self.followers.find(self.handover->target);
  if (!p || p->match != log_.last_index()) return;
  // The order may arrive late, when this transfer is long given up; so this leader's lease is worth nothing from here.
  self.handover->sent = true;
  self.lease_usable = false;
  send(self.handover->target, timeout_now{hard_.term});
}

tl::expected<void, step_errc> fsm::on(server_id from, const timeout_now&) {
  const auto* self = std::get_if<follower_role>(&role_);
  if (!self || self->leader.value_or(from) != from || !promotable()) return {};
  start_campaign(vote_kind::forced);
  return {};
}

} // namespace troupe::storage::raft
