#include "actors/store/error.hpp"
#include "actors/store/shard.hpp"
#include <algorithm>
#include <utility>

// Who belongs to the group, as people and the autopilot ask for it.
namespace troupe::actors::store {

caf::result<shared<command_response>> shard::transfer(const leadership_transfer& t) {
  if (!leads()) return to_error(raft::error{raft::errc::not_leader, fsm_->leader()});
  raft::server_id target{t.to};
  if (!target) {
    raft::log_index furthest;
    for (auto& p : fsm_->progress_of_members())
      if (p.id.value != config_.self && !p.learner && peers_.contains(p.id.value) && p.match >= furthest)
        furthest = p.match, target = p.id;
    if (!target) return make_error(errc::unavailable, "no other voter can be reached");
  }
  if (auto ok = fsm_->transfer_leadership(target); !ok) return to_error(ok.error());
  wake();
  auto promise = self_->make_response_promise<shared<command_response>>();
  if (target.value == config_.self) {
    promise.deliver(share(command_response{}));
    return promise;
  }
  // Raft gives it up after an election timeout.
  handovers_.push_back({promise, now() + (config_.election_ticks + 1) * config_.tick});
  return promise;
}

/// The leadership is handed over when the other has it and everybody who wrote here has an answer: whoever asked may
/// end this process then.
void shard::finish_handovers() {
  if (handovers_.empty() || leads() || !waiting_.empty()) return;
  for (auto& h : std::exchange(handovers_, {})) {
    command_response done;
    done.header_revision = kv().current();
    h.promise.deliver(share(std::move(done)));
  }
}

void shard::expire_handovers() {
  std::erase_if(handovers_, [this](handover& h) {
    if (now() < h.until) return false;
    h.promise.deliver(make_error(errc::unavailable, "the other member did not take the leadership in time"));
    return true;
  });
}

caf::result<shared<command_response>> shard::change(const member_change& c) {
  if (!leads()) return to_error(raft::error{raft::errc::not_leader, fsm_->leader()});
  std::vector<raft::membership_change> wanted;
  for (auto& s : c.steps) wanted.push_back({static_cast<raft::change_kind>(s.what), {s.id}});
  auto id = fsm_->change_members(wanted);
  if (!id) return to_error(id.error());
  wake();
  auto promise = self_->make_response_promise<shared<command_response>>();
  waiting_.push_back({*id, promise});
  return promise;
}

} // namespace troupe::actors::store
