#include "actors/store/error.hpp"
#include "actors/store/shard.hpp"

namespace troupe::actors::store {

caf::result<mvcc::revision> shard::read() {
  if (stopped_) return make_error(errc::storage_failed, "the store stopped");
  if (unasked_.size() >= config_.waiting_max) return make_error(errc::overloaded, "reads are waiting");
  auto promise = self_->make_response_promise<mvcc::revision>();
  unasked_.push_back({promise, {}, now()});
  wake();
  return promise;
}

caf::result<shared<mvcc::range_response>> shard::list(const shared<mvcc::range_request>& request) {
  auto promise = self_->make_response_promise<shared<mvcc::range_response>>();
  list(request, promise);
  return promise;
}

caf::result<group_answers> shard::list(const read_group& group) {
  if (group.requests.empty()) return group_answers{};
  auto promise = self_->make_response_promise<group_answers>();
  auto all = std::make_shared<answer_group>(promise, group.requests.size());
  for (std::size_t i = 0; i < group.requests.size(); ++i) list(group.requests[i], {all, i});
  return promise;
}

void shard::list(const shared<mvcc::range_request>& request, asker who) {
  if (!request) return who.deliver(make_error(errc::invalid_argument, "no request"));
  if (stopped_) return who.deliver(make_error(errc::storage_failed, "the store stopped"));
  if (auto ok = check(*request); !ok) return who.deliver(to_error(ok.error()));
  // An old revision never changes: any member that has it may answer.
  bool settled = request->at > 0 && request->at <= kv().current();
  reader r{std::move(who), request, now()};
  if (settled || !request->linearizable) return answer(r);
  if (unasked_.size() >= config_.waiting_max)
    return r.promise.deliver(make_error(errc::overloaded, "reads are waiting"));
  unasked_.push_back(std::move(r));
  wake();
}

void shard::answer(reader& r) {
  if (!r.request) {
    r.promise.deliver(kv().current());
    return;
  }
  auto found = kv().range(*r.request);
  if (found) {
    r.promise.deliver(share(std::move(*found)));
    return;
  }
  r.promise.deliver(to_error(found.error()));
  if (found.error().code == mvcc::errc::storage) fail("read", found.error().detail);
}

/// One question to Raft for all reads that came since the last turn.
void shard::ask_reads() {
  if (unasked_.empty()) return;
  auto id = ++last_read_;
  auto list = std::move(unasked_);
  unasked_.clear();
  // A lease counts ticks, and a process that stood still for a while has counted too few: it may have been deposed.
  auto& members = fsm_->members();
  auto mode = members.voters.size() == 1 && !members.joint() ? raft::read_mode::lease : raft::read_mode::quorum;
  if (auto ok = fsm_->read(id, mode); !ok) {
    auto why = to_error(ok.error());
    for (auto& r : list) { // Reads may be repeated; the next tick or leader asks again.
      if (r.since + config_.patience > now()) unasked_.push_back(std::move(r));
      else r.promise.deliver(why);
    }
    return;
  }
  asked_.emplace(id, question{std::move(list), now()});
}

void shard::finish_reads(const std::vector<raft::read_result>& results) {
  for (auto& result : results) {
    auto it = asked_.find(result.id);
    if (it == asked_.end()) continue;
    auto list = std::move(it->second.readers);
    asked_.erase(it);
    for (auto& r : list) {
      if (result.index) unapplied_.emplace(*result.index, std::move(r));
      else if (r.since + config_.patience > now()) unasked_.push_back(std::move(r)); // The leader is changing.
      else r.promise.deliver(make_error(errc::unavailable, "no leader confirmed the read"));
    }
  }
}

/// A follower's question may get lost on the way to the leader, and reads may be repeated.
void shard::ask_again(std::chrono::nanoseconds age) {
  while (!asked_.empty() && asked_.begin()->second.since + age <= now()) {
    for (auto& r : asked_.begin()->second.readers) unasked_.push_back(std::move(r));
    asked_.erase(asked_.begin());
  }
}

void shard::expire_reads() {
  ask_again(config_.election_ticks / 2 * config_.tick);
  std::erase_if(unasked_, [this](reader& r) {
    if (r.since + config_.read_timeout > now()) return false;
    r.promise.deliver(make_error(errc::unavailable, "no leader confirmed the read in time"));
    return true;
  });
}

void shard::serve_reads() {
  while (!stopped_ && !unapplied_.empty() && unapplied_.begin()->first.value <= kv().applied_index()) {
    auto r = std::move(unapplied_.begin()->second);
    unapplied_.erase(unapplied_.begin());
    answer(r);
  }
}

caf::result<mvcc::revision> shard::watch(const shared<watch_request>& request, const subscriber_actor& subscriber) {
  if (!request) return make_error(errc::invalid_argument, "no request");
  if (stopped_) return make_error(errc::storage_failed, "the store stopped");
  if (auto refused = watches_.open(*request, subscriber, kv())) return refused;
  if (!catching_up_ && watches_.behind()) {
    catching_up_ = true;
    self_->send(self_, retry_atom::value);
  }
  return request->from > 0 ? request->from - 1 : kv().current();
}

store_status shard::status() const {
  store_status s;
  s.revision = kv().current();
  s.compact_revision = kv().compacted();
  s.term = fsm_->term().value;
  s.leader = fsm_->leader() ? fsm_->leader()->value : 0;
  s.self = config_.self;
  s.applied_index = kv().applied_index();
  s.commit_index = fsm_->commit_index().value;
  s.last_index = fsm_->entries_log().last_index().value;
  s.database_bytes = kv().size_bytes();
  s.watches = watches_.size();
  s.leases = kv().leases().size();
  s.waiting = waiting_.size();
  s.leading = fsm_->role() == raft::role_kind::leader;
  s.failed = stopped_;
  s.changing = fsm_->members().joint();
  std::map<std::uint64_t, raft::progress_view> progress;
  for (auto& p : fsm_->progress_of_members()) progress.emplace(p.id.value, p);
  for (auto id : raft::members(fsm_->members())) {
    auto& m = s.members.emplace_back();
    m.id = id.value;
    m.voter = raft::is_voter(fsm_->members(), id);
    if (auto found = progress.find(id.value); found != progress.end()) {
      m.match = found->second.match.value;
      m.alive = id.value == config_.self || found->second.silent_ticks < config_.election_ticks;
    }
  }
  return s;
}

} // namespace troupe::actors::store
