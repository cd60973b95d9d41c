#include "actors/etcd/front.hpp"
#include "actors/base/error.hpp"
#include "actors/etcd/members.hpp"
#include "actors/etcd/requests.hpp"
#include "actors/etcd/status.hpp"
#include <algorithm>
#include <caf/sec.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace troupe::actors::etcd {

namespace {
constexpr std::int64_t shortest_lease_seconds = 2; ///< etcd's: one and a half election timeouts, rounded up
constexpr std::int64_t longest_lease_seconds = 9'000'000'000;
constexpr auto status_interval = std::chrono::seconds(1);
constexpr auto spoken_version = "3.4.0"; ///< of the API: clients choose what they ask for by it
} // namespace

using namespace net::etcd;

front::front(pointer self, store::local_store_actor store, environment_ptr environment, front_config config)
    : self_(self), store_(std::move(store)), environment_(std::move(environment)), config_(std::move(config)),
      who_{config_.cluster_id, config_.member_id, 0} {}

void front::take(const incoming& m) {
  std::visit([this](auto& c) { handle(c); }, m.call);
  flush();
}

void front::take(const arrived& m) {
  for (auto& c : m.queue->take()) std::visit([this](auto& each) { handle(each); }, c);
  flush();
}

/// The header tells the term, which the store's answers do not.
void front::tick() {
  self_->request(store_, config_.request_timeout, status_atom::value)
    .then([this](const store::store_status& s) { measured(s); }, [](caf::error&) {});
  self_->delayed_send(self_, status_interval, tick_atom::value);
}

void front::measured(const store::store_status& s) {
  who_.term = s.term;
  if (config_.quota->measured(s.database_bytes))
    spdlog::warn("etcd: space_alarm raised={} bytes={}", config_.quota->alarm(), s.database_bytes);
}

template <class Answer, class Call, class Tag, class Fill, class... Body>
void front::ask(const Call& c, Tag tag, Fill fill, Body... body) {
  auto left = c->left();
  if (left <= std::chrono::milliseconds(0)) return c->finish({code::deadline_exceeded, "context deadline exceeded"});
  if (c->cancelled()) return c->finish({code::cancelled, "context canceled"});
  self_->request(store_, std::min(left, config_.request_timeout), tag, std::move(body)...)
    .then([c, fill](const Answer& a) { fill(a); }, [c](caf::error& e) { c->finish(to_status(e)); });
}

template <class Call> void front::finish(const Call& c, mvcc::revision at) {
  stamp(who_, at, *c->response.mutable_header());
  c->finish({});
}

namespace {

/// False: nobody waits for the answer any more.
template <class Call> bool wanted(const Call& c) {
  if (c->cancelled()) c->finish({code::cancelled, "context canceled"});
  else if (c->left() <= std::chrono::milliseconds(0)) c->finish({code::deadline_exceeded, "context deadline exceeded"});
  else return true;
  return false;
}

} // namespace

/// Those of one key are gathered; one of many keys would let the others wait for it.
void front::handle(const range_call& c) {
  if (!wanted(c)) return;
  auto request = share(to_range(c->request, config_.keys));
  if (c->request.range_end().empty()) {
    reads_.requests.push_back(std::move(request));
    readers_.emplace_back(c);
    return;
  }
  ask<shared<mvcc::range_response>>(
    c, list_atom::value, [this, c](const shared<mvcc::range_response>& a) { answered(c, caf::make_message(a)); },
    std::move(request));
}

template <class Call> void front::change(const Call& c) {
  if (c->request.ByteSizeLong() > config_.request_bytes_max) return c->finish(request_too_large());
  if (!wanted(c)) return;
  writes_.requests.push_back(share(to_txn(c->request, config_.keys)));
  writers_.emplace_back(c);
}

void front::handle(const put_call& c) {
  if (!config_.quota->admit(c->request.ByteSizeLong())) return c->finish(no_space());
  change(c);
}
void front::handle(const delete_range_call& c) { change(c); }

void front::handle(const txn_call& c) {
  if (c->request.ByteSizeLong() > config_.request_bytes_max) return c->finish(request_too_large());
  if (auto no = refusal(c->request, config_.operations_max)) return c->finish(std::move(*no));
  if (net::etcd::adds_data(c->request) && !config_.quota->admit(c->request.ByteSizeLong()))
    return c->finish(no_space());
  change(c);
}

template <class Call, class Fill> void front::command(const Call& c, store::command_request r, Fill fill) {
  ask<shared<store::command_response>>(
    c, call_atom::value,
    [this, c, fill](const shared<store::command_response>& a) {
      fill(*a);
      finish(c, a->header_revision);
    },
    share(std::move(r)));
}

void front::handle(const compact_call& c) {
  command(c, store::compact_request{c->request.revision()}, [](auto&) {});
}

void front::handle(const lease_grant_call& c) {
  auto ttl = c->request.ttl();
  if (ttl > longest_lease_seconds) return c->finish(to_status(mvcc::errc::invalid_lease));
  if (!config_.quota->admit(c->request.ByteSizeLong())) return c->finish(no_space());
  command(c, mvcc::lease_grant_request{c->request.id(), std::max(ttl, shortest_lease_seconds)}, [c](auto& a) {
    c->response.set_id(a.lease);
    c->response.set_ttl(a.ttl_seconds);
  });
}

void front::handle(const lease_revoke_call& c) {
  command(c, store::lease_revoke{c->request.id()}, [](auto&) {});
}

/// To etcd a lease that does not exist is one with no time left.
void front::handle(const lease_time_to_live_call& c) {
  auto id = c->request.id();
  auto known = [this, c, id](const shared<store::command_response>& a) {
    c->response.set_id(id);
    c->response.set_ttl(a->ttl_seconds);
    c->response.set_grantedttl(a->granted_seconds);
    for (auto& key : a->keys)
      if (config_.keys.contains(key)) c->response.add_keys(std::string(config_.keys.outside(key)));
    finish(c, a->header_revision);
  };
  auto unknown = [this, c, id](caf::error& e) {
    auto s = to_status(e);
    if (s != to_status(mvcc::errc::lease_not_found)) return c->finish(std::move(s));
    c->response.set_id(id);
    c->response.set_ttl(-1);
    finish(c, 0);
  };
  self_->request(store_, std::min(c->left(), config_.request_timeout), call_atom::value,
                 share(store::command_request(store::lease_query{id, c->request.keys()})))
    .then(known, unknown);
}

void front::handle(const lease_leases_call& c) {
  command(c, store::lease_list{}, [c](auto& a) {
    for (auto& [id, ttl] : a.leases) c->response.add_leases()->set_id(id);
  });
}

/// Of a cluster also without a leader, unless the client wants to be sure: so it finds those who may know more.
void front::handle(const member_list_call& c) {
  if (config_.clustered) {
    ask<store::store_status>(c, status_atom::value, [this, c](const store::store_status& group) {
      ask<shared<mvcc::range_response>>(
        c, list_atom::value,
        [this, c, group](const shared<mvcc::range_response>& records) {
          fill_members(group, *records, c->response);
          finish(c, records->header_revision);
        },
        share(node_records_range(c->request.linearizable())));
    });
    return;
  }
  auto& member = *c->response.add_members();
  member.set_id(config_.member_id);
  member.set_name(config_.name);
  for (auto& url : config_.client_urls) member.add_clienturls(url);
  finish(c, 0);
}

/// The only alarm is that of missing space: a damaged or failing disk ends the store instead. It comes and goes with
/// the size of the store, so that disarming it changes nothing.
void front::handle(const alarm_call& c) {
  if (c->request.action() == pb::AlarmRequest::ACTIVATE) return c->finish(alarms_raise_themselves());
  ask<store::store_status>(c, status_atom::value, [this, c](const store::store_status& s) {
    measured(s);
    auto wanted = c->request.alarm() == pb::NONE || c->request.alarm() == pb::NOSPACE;
    if (wanted && config_.quota->alarm() && c->request.action() == pb::AlarmRequest::GET) {
      auto& alarm = *c->response.add_alarms();
      alarm.set_memberid(config_.member_id);
      alarm.set_alarm(pb::NOSPACE);
    }
    finish(c, s.revision);
  });
}

/// The store reclaims space as it goes.
void front::handle(const defragment_call& c) { finish(c, 0); }

void front::handle(const status_call& c) {
  ask<store::store_status>(c, status_atom::value, [this, c](const store::store_status& s) {
    measured(s);
    auto& out = c->response;
    out.set_version(spoken_version);
    out.set_dbsize(static_cast<std::int64_t>(s.database_bytes));
    out.set_dbsizeinuse(static_cast<std::int64_t>(s.database_bytes));
    out.set_leader(s.leader == s.self ? config_.member_id : s.leader);
    out.set_raftindex(s.commit_index);
    out.set_raftterm(s.term);
    out.set_raftappliedindex(s.applied_index);
    out.set_islearner(is_learner(s));
    if (s.leader == 0) out.add_errors("etcdserver: no leader");
    // As etcd says it.
    if (config_.quota->alarm()) out.add_errors(fmt::format("memberID:{} alarm:NOSPACE ", config_.member_id));
    finish(c, s.revision);
  });
}

/// As in etcd only the leader hands over, and it answers when the other one leads.
void front::handle(const move_leader_call& c) {
  ask<store::store_status>(c, status_atom::value, [this, c](const store::store_status& s) {
    auto target = c->request.targetid();
    if (!s.leading) return c->finish(to_status(make_error(actors::errc::not_leader)));
    if (target == config_.member_id) return finish(c, s.revision);
    if (!config_.clustered || !is_voter(s, target)) return c->finish(bad_transferee());
    self_->request(store_, std::min(c->left(), config_.request_timeout), call_atom::value,
                   share(store::command_request(store::leadership_transfer{target})))
      .then([this, c](const shared<store::command_response>& a) { finish(c, a->header_revision); },
            [c](caf::error& e) {
              bool late = code_of(e) == actors::errc::unavailable || e == caf::sec::request_timeout;
              c->finish(late ? transfer_too_slow() : to_status(e));
            });
  });
}

void front::handle(const hash_call& c) {
  command(c, store::hash_query{}, [c](auto& a) { c->response.set_hash(a.hash); });
}

void front::handle(const hash_kv_call& c) {
  command(c, store::hash_query{c->request.revision()}, [c](auto& a) {
    c->response.set_hash(a.hash);
    c->response.set_compact_revision(a.compact_revision);
  });
}

} // namespace troupe::actors::etcd
