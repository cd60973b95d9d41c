#include "storage/raft/fsm.hpp"
#include <algorithm>

// Elections (thesis 3.4, 3.6), with pre-vote (9.6) and check-quorum (6.2); a vote withheld during a leader's lease is
// what makes both the lease (6.4.1) and the protection from removed servers (4.2.3) work.
//
//                 timeout          majority           majority
//     follower ───────────▶ pre  ───────────▶ candi ───────────▶ leader
//        ▲  ▲            candidate            date                 │
//        │  └─────────────────┴─────────────────┘                  │
//        │           lost, leader or higher term                   │
//        └─────────────────────────────────────────────────────────┘
//                higher term, quorum silent, removed
namespace troupe::storage::raft {

void fsm::reset_election_timer() {
  if (campaigns_ == 0) {
    const auto spread = config_.election_spread_ticks ? config_.election_spread_ticks : config_.election_ticks;
    election_deadline_ = now_ + config_.election_ticks + random_(spread);
    return;
  }
  election_deadline_ = now_ + 1 + random_(retry_window());
}

/// Nobody waits a whole timeout for a leader that is missed already. The longer it lasts, the rarer the tries: what
/// stands in the way may be a slow disk, or that this server is the one that is cut off.
std::uint64_t fsm::retry_window() const {
  const auto doublings = std::clamp(campaigns_, 1u, 16u) - 1;
  return std::clamp<std::uint64_t>(std::uint64_t{config_.retry_ticks} << doublings, 1, config_.election_ticks);
}

/// Time for a candidate's term and for the votes to reach the disks.
void fsm::await_votes() {
  const auto half = std::max(1u, config_.election_ticks / 2);
  election_deadline_ = now_ + half + random_(half);
}

/// A tie, or voters who know better: this campaign is as good as lost, even if somebody's answer is still open.
void fsm::hasten() { election_deadline_ = std::min(election_deadline_, now_ + 1 + random_(retry_window())); }

void fsm::gone(server_id id) {
  unreachable(id);
  // Whatever it was at that time, its lease over this server ends with its process.
  if (heard_from_ == id) leader_contact_.reset();
  auto* self = std::get_if<follower_role>(&role_);
  if (!self || self->leader != id) return;
  self->leader.reset();
  leader_contact_.reset();
  campaigns_ = 1;
  // One after the other, by id, so that the first has won before the next one begins.
  constexpr std::uint64_t turn_ticks = 2;
  const auto& voters = log_.members().voters;
  const auto before = std::count_if(voters.begin(), voters.end(),
                                    [&](server_id v) { return v < config_.id && v != id; });
  election_deadline_ = now_ + 1 + turn_ticks * static_cast<std::uint64_t>(before);
}

bool fsm::in_lease() const {
  if (!config_.check_quorum) return false;
  if (std::holds_alternative<leader_role>(role_)) return true;
  return leader_contact_ && now_ - *leader_contact_ < config_.election_ticks;
}

std::uint64_t fsm::leader_silence() const noexcept {
  const auto* self = std::get_if<follower_role>(&role_);
  return self && self->leader && leader_contact_ ? now_ - *leader_contact_ : 0;
}

bool fsm::sole_member() const {
  const auto& m = log_.members();
  return m.voters.size() == 1 && m.voters.front() == config_.id && !m.joint() && m.learners.empty();
}

bool fsm::promotable() const {
  if (is_voter(log_.members(), config_.id)) return true;
  // A server that left with an uncommitted entry may be the only one whose log is long enough to lead (thesis 4.2.2).
  return log_.members_index() > hard_.commit && is_voter(log_.members_at(log_.members_index() - 1), config_.id);
}

tl::expected<void, error> fsm::campaign() {
  if (std::holds_alternative<leader_role>(role_)) return {};
  if (!promotable()) return tl::unexpected(error{errc::not_voter, {}});
  if (!sole_member() && in_lease()) return tl::unexpected(error{errc::leader_alive, leader()});
  begin_campaign();
  return {};
}

void fsm::begin_campaign() {
  ++campaigns_;
  reset_election_timer();
  start_campaign(config_.pre_vote ? vote_kind::pre_vote : vote_kind::vote);
}

void fsm::start_campaign(vote_kind kind) {
  role_ = candidate_role{kind, votes(log_.members())};
  if (kind == vote_kind::pre_vote) {
    request_votes(kind);
    return count_vote(config_.id, true);
  }
  ++hard_.term.value;
  hard_.vote = config_.id;
  await_votes();
  // Its own vote counts when it is durable. Only where nobody else hears of this term, it may lead before that.
  if (sole_member()) return count_vote(config_.id, true);
  request_votes(kind);
}

void fsm::request_votes(vote_kind kind) {
  const vote_request ask{kind == vote_kind::pre_vote ? hard_.term + 1 : hard_.term, kind, log_.last()};
  for (auto id : raft::members(log_.members())) {
    if (id == config_.id || !is_voter(log_.members(), id)) continue;
    // A term that others have heard of must survive: after a crash this server could campaign in it again, with a
    // shorter log, and collect the votes of the first time.
    if (kind == vote_kind::pre_vote)
      send(id, ask);
    else
      send_when_durable(id, ask);
  }
}

void fsm::count_vote(server_id voter, bool granted) {
  auto* self = std::get_if<candidate_role>(&role_);
  if (!self) return;
  self->ballots.record(voter, granted);
  switch (self->ballots.result()) {
  case vote_result::pending:
    if (!granted) hasten();
    return;
  case vote_result::lost:
    return become_follower(hard_.term, std::nullopt);
  case vote_result::won:
    if (self->kind == vote_kind::pre_vote) return start_campaign(vote_kind::vote);
    return become_leader();
  }
}

void fsm::become_follower(term_number term, std::optional<server_id> leader) {
  if (term > hard_.term) {
    hard_.term = term;
    hard_.vote = {};
  }
  if (auto* self = std::get_if<leader_role>(&role_))
    for (const auto& w : self->reads.abandon())
      answer_read(w.from, w.id, std::nullopt);
  role_ = follower_role{leader};
  reset_election_timer();
}

void fsm::become_leader() {
  role_ = leader_role{.followers = tracker(config_.max_inflight_messages, config_.max_inflight_bytes),
                      .reads = read_queue(config_.max_waiting_reads),
                      .term_start = log_.last_index() + 1,
                      .open = {},
                      .heartbeat_due = now_ + config_.heartbeat_ticks,
                      .handover = {}};
  campaigns_ = 0;
  auto& self = std::get<leader_role>(role_);
  self.followers.follow(log_.members(), log_.last_index() + 1, now_);
  if (auto* own = self.followers.find(config_.id)) {
    own->match = log_.stable_index();
    own->state = progress_state::replicate;
    own->lease_tick = now_;
  }
  // An entry of its own term is what lets it commit those of earlier ones (thesis 3.6.2).
  append_own(self, entry_kind::noop, nullptr);
  broadcast_append(self, empty_append::skip);
}

void fsm::tick_leader(leader_role& self) {
  if (auto* own = self.followers.find(config_.id)) own->active_tick = own->lease_tick = now_;
  if (self.handover && now_ >= self.handover->deadline_tick) self.handover.reset();
  if (config_.check_quorum && now_ >= self.followers.active_since(log_.members()) + config_.election_ticks)
    return become_follower(hard_.term, std::nullopt);
  if (now_ >= self.heartbeat_due) broadcast_heartbeat(self);
}

/// Brings the term up to that of the message, and tells whether the message is to be handled.
bool fsm::admit_term(server_id from, const message& m) {
  const auto term = term_of(m);
  const auto* ask = std::get_if<vote_request>(&m);
  const auto* answer = std::get_if<vote_response>(&m);
  const bool from_leader = std::holds_alternative<append_request>(m) || std::holds_alternative<heartbeat>(m) ||
                           std::holds_alternative<install_snapshot>(m);
  if (term > hard_.term) {
    if (ask && ask->kind != vote_kind::forced && in_lease()) return false;
    const bool hypothetical =
        (ask && ask->kind == vote_kind::pre_vote) || (answer && answer->kind == vote_kind::pre_vote && answer->granted);
    if (hypothetical) return true;
    // Whoever asks for votes may get none, and then it is this server's turn as it was before.
    const bool waits = ask && !std::holds_alternative<leader_role>(role_);
    const auto turn = election_deadline_;
    become_follower(term, from_leader ? std::optional(from) : std::nullopt);
    if (waits) election_deadline_ = std::min(turn, election_deadline_);
    return true;
  }
  if (term == hard_.term) return true;
  // A read says nothing about terms; the rest is from a server that does not know of this term.
  if (std::holds_alternative<read_request>(m) || std::holds_alternative<read_response>(m)) return true;
  if (from_leader) send_when_durable(from, append_response{.term = hard_.term});
  if (ask) send(from, vote_response{hard_.term, ask->kind, false});
  return false;
}

/// Takes the sender for the leader of this term.
tl::expected<void, step_errc> fsm::follow(server_id from) {
  auto* self = std::get_if<follower_role>(&role_);
  const bool second_leader =
      std::holds_alternative<leader_role>(role_) || (self && self->leader.value_or(from) != from);
  if (second_leader) return tl::unexpected(step_errc::diverged);
  if (self)
    self->leader = from;
  else
    role_ = follower_role{from};
  leader_contact_ = now_;
  heard_from_ = from;
  campaigns_ = 0;
  reset_election_timer();
  return {};
}

tl::expected<void, step_errc> fsm::on(server_id from, const vote_request& m) {
  const bool free = hard_.vote == from || (!hard_.vote && !leader());
  const bool hypothetical = m.kind == vote_kind::pre_vote;
  const bool granted = (free || (hypothetical && m.term > hard_.term)) && log_.is_up_to_date(m.last);
  if (hypothetical) {
    if (granted) make_way(from);
    send(from, vote_response{granted ? m.term : hard_.term, m.kind, granted});
    return {};
  }
  if (granted) {
    hard_.vote = from;
    await_votes();
  } else if (std::holds_alternative<candidate_role>(role_)) {
    hasten();
  }
  send_when_durable(from, vote_response{hard_.term, m.kind, granted});
  return {};
}

/// Of two servers that ask each other at the same time, both would get the pre-vote and neither the vote.
void fsm::make_way(server_id candidate) {
  constexpr std::uint64_t way_ticks = 2;
  if (std::holds_alternative<leader_role>(role_)) return;
  const auto* self = std::get_if<candidate_role>(&role_);
  if (self && (self->kind != vote_kind::pre_vote || config_.id < candidate)) return;
  if (self) become_follower(hard_.term, std::nullopt);
  election_deadline_ = std::max(election_deadline_, now_ + way_ticks + random_(way_ticks));
}

tl::expected<void, step_errc> fsm::on(server_id from, const vote_response& m) {
  const auto* self = std::get_if<candidate_role>(&role_);
  if (!self) return {};
  const bool hypothetical = self->kind == vote_kind::pre_vote;
  if ((m.kind == vote_kind::pre_vote) != hypothetical) return {};
  if (hypothetical && m.granted && m.term != hard_.term + 1) return {};
  count_vote(from, m.granted);
  return {};
}

} // namespace troupe::storage::raft
