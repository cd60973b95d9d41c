#include "actors/store/error.hpp"
#include "actors/store/hasher.hpp"
#include "actors/store/shard.hpp"

namespace troupe::actors::store {

namespace {

/// What a client sees of a reply of the state.
caf::message message_of(mvcc::reply& r) {
  if (auto* txn = std::get_if<mvcc::txn_response>(&r)) return caf::make_message(share(std::move(*txn)));
  command_response out;
  if (auto* grant = std::get_if<mvcc::lease_grant_response>(&r)) {
    out.header_revision = grant->header_revision;
    out.lease = grant->id;
    out.ttl_seconds = out.granted_seconds = grant->ttl_seconds;
  } else {
    out.header_revision = std::get<mvcc::revision>(r);
  }
  return caf::make_message(share(std::move(out)));
}

} // namespace

tl::expected<raft::entry_id, caf::error> shard::propose(std::string encoded) {
  if (stopped_) return tl::unexpected(make_error(errc::storage_failed, "the store stopped"));
  if (waiting_.size() >= config_.waiting_max) return tl::unexpected(make_error(errc::overloaded, "writes are waiting"));
  auto id = fsm_->propose(std::make_shared<const std::string>(std::move(encoded)));
  if (!id) return tl::unexpected(to_error(id.error()));
  wake();
  return *id;
}

caf::result<shared<mvcc::txn_response>> shard::write(const shared<mvcc::txn_request>& request) {
  auto promise = self_->make_response_promise<shared<mvcc::txn_response>>();
  write(request, promise);
  return promise;
}

caf::result<group_answers> shard::write(const write_group& group) {
  if (group.requests.empty()) return group_answers{};
  auto promise = self_->make_response_promise<group_answers>();
  auto all = std::make_shared<answer_group>(promise, group.requests.size());
  for (std::size_t i = 0; i < group.requests.size(); ++i) write(group.requests[i], {all, i});
  return promise;
}

void shard::write(const shared<mvcc::txn_request>& request, asker who) {
  bool here = config_.patience.count() == 0 || (leads() && handovers_.empty());
  if (here || !request || stopped_) return write_here(request, std::move(who));
  if (auto ok = check(*request, config_.operations_max); !ok) return who.deliver(to_error(ok.error()));
  pass_on({std::move(who), request, {}, now() + config_.patience});
}

caf::result<shared<command_response>> shard::call(const shared<command_request>& request) {
  bool own = !request || std::holds_alternative<lease_list>(*request) || std::holds_alternative<hash_query>(*request);
  bool here = config_.patience.count() == 0 || (leads() && handovers_.empty());
  if (here || own || stopped_) return call_here(request);
  auto promise = self_->make_response_promise<shared<command_response>>();
  pass_on({promise, {}, request, now() + config_.patience});
  return promise;
}

caf::result<shared<mvcc::txn_response>> shard::write_here(const shared<mvcc::txn_request>& request) {
  auto promise = self_->make_response_promise<shared<mvcc::txn_response>>();
  write_here(request, promise);
  return promise;
}

void shard::write_here(const shared<mvcc::txn_request>& request, asker who) {
  if (!request) return who.deliver(make_error(errc::invalid_argument, "no request"));
  if (auto ok = check(*request, config_.operations_max); !ok) return who.deliver(to_error(ok.error()));
  auto id = propose(encode(*request));
  if (!id) return who.deliver(std::move(id.error()));
  waiting_.push_back({*id, std::move(who)});
}

caf::result<shared<command_response>> shard::call_here(const shared<command_request>& request) {
  if (!request) return make_error(errc::invalid_argument, "no request");
  mvcc::command c;
  if (auto* grant = std::get_if<mvcc::lease_grant_request>(&*request)) c = *grant;
  else if (auto* revoke = std::get_if<lease_revoke>(&*request)) c = mvcc::lease_revoke_request{revoke->id};
  else if (auto* compact = std::get_if<compact_request>(&*request)) c = mvcc::compact_request{compact->at};
  else if (auto* placement = std::get_if<mvcc::placement_request>(&*request)) c = *placement;
  else if (auto* keep = std::get_if<lease_keepalive>(&*request)) return keepalive(keep->id);
  else if (auto* q = std::get_if<lease_query>(&*request)) return query(*q);
  else if (auto* hash = std::get_if<hash_query>(&*request)) return checksum(*hash);
  else if (auto* t = std::get_if<leadership_transfer>(&*request)) return transfer(*t);
  else if (auto* m = std::get_if<member_change>(&*request)) return change(*m);
  else return list_leases();
  auto id = propose(encode(c));
  if (!id) return std::move(id.error());
  auto promise = self_->make_response_promise<shared<command_response>>();
  waiting_.push_back({*id, promise});
  return promise;
}

void shard::apply_command(const raft::entry& e, std::vector<mvcc::event>& events, answer_list& answers) {
  auto waited = settle(e.id(), answers);
  bytes_applied_ += e.bytes();
  if (e.kind != raft::entry_kind::command) {
    kv().skip(e.index.value, e.term.value);
    if (!waited || !waited->promise) return;
    command_response done;
    done.header_revision = kv().current();
    answers.emplace_back(std::move(*waited->promise), caf::make_message(share(std::move(done))));
    return;
  }
  auto command = mvcc::decode_command(e.view());
  if (!command) return fail("decode", command.error().detail);
  auto out = kv().apply(e.index.value, e.term.value, *command, watches_.wants_previous());
  if (!out.answer && out.answer.error().code == mvcc::errc::storage) return fail("apply", out.answer.error().detail);
  events.insert(events.end(), std::make_move_iterator(out.events.begin()), std::make_move_iterator(out.events.end()));
  if (out.answer) note_leases(*command, *out.answer);
  else if (auto* revoke = std::get_if<mvcc::lease_revoke_request>(&*command))
    leases_.retry(revoke->id, now() + config_.tick); // Its keys are fenced off until they have moved.
  if (!waited || !waited->promise) return;
  answers.emplace_back(std::move(*waited->promise), out.answer ? message_of(*out.answer)
                                                  : caf::make_message(to_error(out.answer.error())));
}

void shard::note_leases(const mvcc::command& c, const mvcc::reply& r) {
  if (fsm_->role() != raft::role_kind::leader) return;
  if (auto* grant = std::get_if<mvcc::lease_grant_response>(&r)) leases_.grant(grant->id, grant->ttl_seconds, now());
  else if (auto* revoke = std::get_if<mvcc::lease_revoke_request>(&c)) leases_.revoke(revoke->id);
  else if (auto* placement = std::get_if<mvcc::placement_request>(&c))
    if (std::holds_alternative<mvcc::import_request>(*placement)) note_imported_leases();
}

/// An imported key begins the whole time of its lease anew, as after a change of leaders.
void shard::note_imported_leases() {
  for (auto& [id, lease] : kv().leases())
    if (!leases_.remaining(id, now())) leases_.grant(id, lease.ttl_seconds, now());
}

caf::result<shared<command_response>> shard::keepalive(mvcc::lease_id id) {
  if (fsm_->role() != raft::role_kind::leader) return to_error(raft::error{raft::errc::not_leader, fsm_->leader()});
  auto ttl = leases_.keepalive(id, now());
  if (!ttl) return to_error(mvcc::error{mvcc::errc::lease_not_found, {}});
  command_response out;
  out.header_revision = kv().current();
  out.lease = id;
  out.ttl_seconds = out.granted_seconds = *ttl;
  return share(std::move(out));
}

caf::result<shared<command_response>> shard::query(const lease_query& q) const {
  if (fsm_->role() != raft::role_kind::leader) return to_error(raft::error{raft::errc::not_leader, fsm_->leader()});
  auto it = kv().leases().find(q.id);
  if (it == kv().leases().end()) return to_error(mvcc::error{mvcc::errc::lease_not_found, {}});
  command_response out;
  out.header_revision = kv().current();
  out.lease = q.id;
  out.granted_seconds = it->second.ttl_seconds;
  out.ttl_seconds = leases_.remaining(q.id, now()).value_or(0);
  if (q.keys) out.keys.assign(it->second.keys.begin(), it->second.keys.end());
  return share(std::move(out));
}

caf::result<shared<command_response>> shard::list_leases() const {
  command_response out;
  out.header_revision = kv().current();
  for (auto& [id, lease] : kv().leases()) out.leases.emplace_back(id, lease.ttl_seconds);
  return share(std::move(out));
}

caf::result<shared<command_response>> shard::checksum(const hash_query& q) {
  constexpr long at_once_max = 2;
  if (stopped_) return make_error(errc::storage_failed, "the store stopped");
  if (q.at > kv().current()) return to_error(mvcc::error{mvcc::errc::future_revision, {}});
  if (q.at > 0 && q.at < kv().compacted())
    return to_error(mvcc::error{mvcc::errc::compacted, {}, kv().compacted()});
  if (hashing_.use_count() > at_once_max) return make_error(errc::overloaded, "checksums are being made");
  hash_job job{kv().snapshot(), q.at > 0 ? q.at : kv().current(), kv().current(), kv().compacted(), hashing_};
  return self_->delegate(spawn_blocking(*self_, *with_.environment, hasher), state_atom::value, std::move(job));
}

} // namespace troupe::actors::store
