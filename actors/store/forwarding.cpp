#include "actors/store/error.hpp"
#include "actors/store/shard.hpp"
#include <caf/send.hpp>
#include <fmt/format.h>
#include <utility>

// A follower takes writes for the leader: so clients talk to the member of their own process, and a change of the
// leader costs them a moment and no error.
namespace troupe::actors::store {

std::string member_role(std::uint64_t id) { return fmt::format("store/0/member/{}", id); }

namespace {

/// The leader says for certain that it has not written it and will not.
bool may_be_repeated(const caf::error& e) {
  auto code = code_of(e);
  return code == errc::not_leader || code == errc::did_not_happen || e == caf::sec::request_receiver_down;
}

} // namespace

void shard::pass_on(passed_on w) {
  if (held_.size() + with_leader_.size() >= config_.waiting_max)
    return w.promise.deliver(make_error(errc::overloaded, "writes are waiting for a leader"));
  auto leader = fsm_->leader();
  auto at = leader ? peers_.find(leader->value) : peers_.end();
  bool here = leads() && handovers_.empty(); // It has become the leader itself meanwhile.
  if (!here && (at == peers_.end() || at->first == doubted_)) return held_.push_back(std::move(w));
  w.to = here ? config_.self : at->first;
  w.forsaken.reset();
  auto where = here ? member_actor(self_) : at->second;
  if (auto txn = w.txn) hand_over<shared<mvcc::txn_response>>(where, txn, std::move(w));
  else if (auto c = w.command) hand_over<shared<command_response>>(where, c, std::move(w));
}

template <class Response, class Request>
void shard::hand_over(const member_actor& where, const Request& request, passed_on w) {
  auto ticket = ++tickets_;
  auto asked = self_->request(where, caf::timespan{config_.read_timeout}, forward_atom::value, request);
  with_leader_.emplace(ticket, std::move(w));
  asked.then(
    [this, ticket](const Response& answer) {
      auto found = with_leader_.extract(ticket);
      if (!found.empty()) found.mapped().promise.deliver(answer);
    },
    [this, ticket](caf::error& why) { handed_back(ticket, std::move(why)); });
}

void shard::handed_back(std::uint64_t ticket, caf::error why) {
  auto found = with_leader_.extract(ticket);
  if (found.empty()) return;
  auto& w = found.mapped();
  if (may_be_repeated(why) && now() < w.until) return held_.push_back(std::move(w)); // The leader has changed.
  if (why.category() == caf::atom("system"))
    why = make_error(errc::may_have_happened, "the leader did not answer");
  w.promise.deliver(std::move(why));
}

void shard::peer(std::uint64_t id, const member_actor& where) {
  if (stopped_) return;
  if (where) {
    peers_[id] = where;
    if (auto sender = senders_.find(id); sender != senders_.end())
      caf::anon_send(sender->second, peer_atom::value, where);
    if (fsm_->leader() == raft::server_id{id}) ask_again({}); // What was sent to it before got lost.
    wake();
    return retry_held();
  }
  peers_.erase(id);
  auto leader = fsm_->leader();
  fsm_->gone({id});
  for (auto at = with_leader_.begin(); at != with_leader_.end();) {
    if (at->second.to != id) {
      ++at;
      continue;
    }
    at->second.promise.deliver(make_error(errc::may_have_happened, "the leader went away"));
    at = with_leader_.erase(at);
  }
  if (leader && leader->value == id) ask_again({}); // The next one can answer it.
  wake();
}

void shard::retry_held() {
  if (held_.empty()) return;
  for (auto& w : std::exchange(held_, {})) pass_on(std::move(w));
}

/// Another one leads now. The former leader may still answer what it has, as after a transfer, but not for long, and
/// not if it is cut off. A client that is told that nobody knows can look.
void shard::forsake(std::uint64_t leader) {
  for (auto& [ticket, w] : with_leader_) {
    if (w.to == leader) w.forsaken.reset();
    else if (!w.forsaken) w.forsaken = now();
  }
  expire_forsaken();
}

void shard::expire_forsaken() {
  constexpr std::chrono::milliseconds answer_max{250};
  for (auto at = with_leader_.begin(); at != with_leader_.end();) {
    auto& w = at->second;
    if (!w.forsaken || (w.to != doubted_ && now() < *w.forsaken + answer_max)) {
      ++at;
      continue;
    }
    w.promise.deliver(make_error(errc::may_have_happened, "the leader was replaced before it answered"));
    at = with_leader_.erase(at);
  }
}

/// Long before it is replaced: the next leader takes at once what waits here, and nothing that went to the former one.
void shard::doubt_leader() {
  constexpr std::uint32_t missed_heartbeats = 4;
  auto leader = fsm_->leader();
  if (!leader) return;
  auto silent = fsm_->leader_silence() >= missed_heartbeats * config_.heartbeat_ticks;
  doubted_ = silent ? leader->value : 0;
}

void shard::expire_held() {
  doubt_leader();
  expire_forsaken();
  expire_unsettled();
  while (!held_.empty() && held_.front().until <= now()) {
    held_.front().promise.deliver(make_error(errc::unavailable, "the store has no leader"));
    held_.pop_front();
  }
  retry_held();
}

} // namespace troupe::actors::store
