#include "storage/raft/fsm.hpp"
#include "policies/mutations/mutations.hpp"
#include "storage/raft/encoding.hpp"
#include <algorithm>

namespace troupe::storage::raft {
namespace {

bool valid(const fsm_config& c) {
  return c.id && c.heartbeat_ticks > 0 && c.election_ticks > c.heartbeat_ticks &&
         c.lease_margin_ticks < c.election_ticks && c.retry_ticks > 0 && c.max_message_bytes > 0 &&
         c.max_inflight_messages > 0 && c.max_entry_bytes > 0 && c.max_uncommitted_bytes > 0 &&
         c.max_apply_bytes > 0 && c.max_unapplied_bytes > 0;
}

/// Whether a correct leader of `term` could have sent this list after `previous`.
bool valid(const entries& list, entry_id previous, term_number term) {
  for (const auto& e : list) {
    if (e.index != previous.index + 1 || e.term < previous.term || e.term > term || !e.term) return false;
    if (e.kind == entry_kind::configuration) {
      auto c = decode_configuration(e.view());
      if (!c || !check(*c) || c->voters.empty()) return false;
    }
    previous = e.id();
  }
  return true;
}

struct well_formed {
  bool operator()(const append_request& m) const {
    return m.previous.term <= m.term && (m.previous.index ? bool(m.previous.term) : !m.previous.term) &&
           valid(m.list, m.previous, m.term);
  }
  bool operator()(const append_response& m) const { return !m.rejected || m.hint.index <= m.index; }
  bool operator()(const vote_request& m) const { return m.last.term < m.term; }
  bool operator()(const install_snapshot& m) const {
    return m.snapshot.index && m.snapshot.term && m.snapshot.term <= m.term && check(m.snapshot.members) &&
           !m.snapshot.members.voters.empty();
  }
  template <class M> bool operator()(const M&) const { return true; }
};

} // namespace

fsm::fsm(const fsm_config& config, class log own_log, const restart_state& state, random_source random)
    : config_(config), random_(std::move(random)), log_(std::move(own_log)), hard_(state.hard), role_(follower_role{}),
      now_(config.election_ticks), applied_(state.applied), handed_out_(state.applied) {
  hard_.commit = std::max({hard_.commit, state.applied, log_.base().index});
  if (policies::mutations::active(policies::mutations::bug::second_vote)) hard_.vote = {};
  // Whoever restarts may have been one of those whose silence a leader's lease counts on.
  if (hard_.term) leader_contact_ = now_;
  written_ = log_.last_index();
  written_hard_ = durable_hard_ = hard_;
  reported_role_ = current_role();
  reset_election_timer();
}

tl::expected<std::unique_ptr<fsm>, start_errc> fsm::start(const fsm_config& config, const log_reader& reader,
                                                          const restart_state& state, random_source random) {
  if (!valid(config) || !random) return tl::unexpected(start_errc::bad_config);
  auto opened = raft::log::open(reader, config.log_cache_bytes);
  if (!opened) return tl::unexpected(start_errc::unreadable);
  const auto& base = opened->base();
  const bool sound = state.hard.commit <= opened->last_index() && state.applied <= opened->last_index() &&
                     state.applied >= base.index && state.hard.term >= opened->last_term() &&
                     (state.hard.term || !state.hard.vote) && opened->last_index() >= base.index &&
                     opened->first_index() <= base.index + 1 && check(base.members);
  if (!sound) return tl::unexpected(start_errc::damaged);
  return std::unique_ptr<fsm>(new fsm(config, std::move(*opened), state, std::move(random)));
}

tl::expected<void, step_errc> fsm::step(server_id from, const message& m) {
  if (!from || from == config_.id || !term_of(m) || !std::visit(well_formed{}, m))
    return tl::unexpected(step_errc::malformed);
  if (!admit_term(from, m)) return {};
  return std::visit([&](const auto& body) { return on(from, body); }, m);
}

void fsm::tick() {
  ++now_;
  read_failed_ = false;
  if (auto* self = std::get_if<leader_role>(&role_)) return tick_leader(*self);
  if (now_ < election_deadline_) return;
  if (promotable()) begin_campaign();
  else reset_election_timer();
}

tl::expected<entry_id, error> fsm::propose(payload data) { return propose(std::span<const payload>(&data, 1)); }

tl::expected<entry_id, error> fsm::propose(std::span<const payload> list) {
  auto* self = std::get_if<leader_role>(&role_);
  if (!self) return tl::unexpected(not_leader());
  if (self->handover) return tl::unexpected(error{errc::transferring, self->handover->target});
  std::size_t bytes = 0;
  for (const auto& data : list) {
    const auto size = data ? data->size() : 0;
    if (size > config_.max_entry_bytes) return tl::unexpected(error{errc::too_large, {}});
    bytes += size;
  }
  if (self->open.bytes() > 0 && self->open.bytes() + bytes > config_.max_uncommitted_bytes)
    return tl::unexpected(error{errc::busy, {}});
  const entry_id first{hard_.term, log_.last_index() + 1};
  for (const auto& data : list)
    append_own(*self, entry_kind::command, data);
  self->unsent = true; // What is proposed before the batch is taken goes out in one message.
  return first;
}

void fsm::persisted(batch_number number) {
  for (; !writes_.empty() && writes_.front().number <= number; writes_.pop_front()) {
    const auto& w = writes_.front();
    log_.stable_to(std::max(w.snapshot, w.last));
    durable_hard_.term = w.term;
    durable_hard_.vote = w.vote;
  }
  if (auto* self = std::get_if<leader_role>(&role_)) {
    auto* own = self->followers.find(config_.id);
    if (own && own->accepted(log_.stable_index()) && advance_commit())
      if (auto* still = std::get_if<leader_role>(&role_)) broadcast_append(*still, empty_append::send);
  } else if (auto* candidate = std::get_if<candidate_role>(&role_)) {
    const bool own_vote = durable_hard_.term == hard_.term && durable_hard_.vote == config_.id;
    if (candidate->kind != vote_kind::pre_vote && own_vote) count_vote(config_.id, true);
  }
}

void fsm::applied(log_index index) {
  applied_ = std::max(applied_, std::min(index, handed_out_));
  for (; !unapplied_.empty() && unapplied_.front().last <= applied_; unapplied_.pop_front())
    unapplied_bytes_ -= unapplied_.front().bytes;
}

role_kind fsm::role() const noexcept {
  if (std::holds_alternative<leader_role>(role_)) return role_kind::leader;
  const auto* candidate = std::get_if<candidate_role>(&role_);
  if (!candidate) return role_kind::follower;
  return candidate->kind == vote_kind::pre_vote ? role_kind::pre_candidate : role_kind::candidate;
}

std::optional<server_id> fsm::leader() const noexcept {
  if (std::holds_alternative<leader_role>(role_)) return config_.id;
  const auto* follower = std::get_if<follower_role>(&role_);
  return follower ? follower->leader : std::nullopt;
}

std::vector<progress_view> fsm::progress_of_members() const {
  std::vector<progress_view> out;
  if (const auto* self = std::get_if<leader_role>(&role_))
    for (const auto& [id, p] : self->followers.all())
      out.push_back({id, p.match, p.next, p.state, p.paused(), is_learner(members(), id),
                     id == config_.id ? 0 : now_ - p.active_tick});
  return out;
}

role_change fsm::current_role() const { return {role(), hard_.term, leader()}; }

error fsm::not_leader() const { return {errc::not_leader, leader()}; }

} // namespace troupe::storage::raft
