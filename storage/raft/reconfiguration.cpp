#include "storage/raft/encoding.hpp"
#include "storage/raft/fsm.hpp"
#include <algorithm>

// Membership changes (thesis chapter 4). A configuration is in force from the moment it is in the log. A leader starts
// one only when the last one is committed and it has committed an entry of its own term; so no log ever holds two
// uncommitted configurations, and the majorities of any two in use overlap.
namespace troupe::storage::raft {

tl::expected<entry_id, error> fsm::change_members(std::span<const membership_change> changes, transition how) {
  return append_configuration(raft::change_members(log_.members(), changes, how));
}

tl::expected<entry_id, error> fsm::leave_joint() { return append_configuration(raft::leave_joint(log_.members())); }

tl::expected<entry_id, error> fsm::append_configuration(tl::expected<configuration, configuration_errc> next) {
  auto* self = std::get_if<leader_role>(&role_);
  if (!self) return tl::unexpected(not_leader());
  if (self->handover) return tl::unexpected(error{errc::transferring, self->handover->target});
  if (hard_.commit < self->term_start || log_.members_index() > hard_.commit)
    return tl::unexpected(error{errc::configuration_pending, {}});
  if (!next) return tl::unexpected(error{errc::bad_configuration, {}});
  append_own(*self, entry_kind::configuration, std::make_shared<const std::string>(encode(*next)));
  broadcast_append(*self, empty_append::skip);
  return log_.last();
}

void fsm::on_configuration_committed(leader_role& self) {
  const auto& now = log_.members();
  if (log_.members_index() > hard_.commit) return;
  // Also of a joint configuration that an earlier leader left behind.
  if (now.joint() && now.auto_leave) {
    append_own(self, entry_kind::configuration, std::make_shared<const std::string>(encode(*raft::leave_joint(now))));
  } else if (!is_voter(now, config_.id)) {
    leave_office(self);
  }
}

/// A leader that is no longer a voter has led until now, because its removal had to be committed (thesis 4.2.2).
void fsm::leave_office(leader_role& self) {
  broadcast_append(self, empty_append::send);
  for (auto id : log_.members().voters)
    if (const auto* p = self.followers.find(id); p && p->match == log_.last_index()) {
      send(id, timeout_now{hard_.term});
      break;
    }
  become_follower(hard_.term, std::nullopt);
}

} // namespace troupe::storage::raft
