#include "actors/cluster/roster.hpp"
#include "actors/base/error.hpp"
#include "actors/election/election.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::cluster {

namespace {

using policies::cluster::node_record;

} // namespace

void roster_state::store_changed(const caf::strong_actor_ptr& player) {
  store = caf::actor_cast<store::store_actor>(player);
  ++watch;
  if (store) load();
}

void roster_state::retry() { self->delayed_send(self, config.retry_delay, retry_atom::value, watch); }

void roster_state::load() {
  auto asked = ++watch;
  store::mvcc::range_request range;
  range.keys = store::mvcc::key_range::prefix(std::string(policies::cluster::node_records_prefix));
  range.skip_count = true;
  self->request(store, config.timeout, list_atom::value, share(std::move(range)))
    .then(
      [=, this](const shared<store::mvcc::range_response>& found) {
        if (asked != watch) return;
        loaded(*found);
        follow(found->header_revision);
      },
      [=, this](caf::error& e) {
        spdlog::debug("roster: load_failed error=\"{}\"", text_of(e));
        if (asked == watch) retry();
      });
}

void roster_state::loaded(const store::mvcc::range_response& found) {
  std::vector<node_record> fresh;
  for (auto& kv : found.kvs) {
    auto record = policies::cluster::decode_node_record(*kv->value);
    if (record) fresh.push_back(std::move(*record));
    else spdlog::error("roster: record_refused key={} error=\"{}\"", kv->key, record.error());
  }
  announce(found);
  nodes = share(std::move(fresh));
  for (auto& s : subscribers) caf::anon_send(s, roster_atom::value, nodes);
}

/// Every change is rare and small: what follows it is a new load.
void roster_state::follow(store::mvcc::revision after) {
  store::watch_request request;
  request.id = watch;
  request.keys = store::mvcc::key_range::prefix(std::string(policies::cluster::node_records_prefix));
  request.from = after + 1;
  auto asked = watch;
  self->request(store, config.timeout, watch_atom::value, share(std::move(request)),
                caf::actor_cast<store::subscriber_actor>(self))
    .then([](store::mvcc::revision) {},
          [=, this](caf::error&) {
            if (asked == watch) retry();
          });
}

void roster_state::events(const store::event_batch& batch) {
  if (batch.watch != watch || !store) return;
  if (batch.events.empty() && batch.ended == store::event_batch::end::open) {
    self->send(store, credit_atom::value, batch.watch, std::uint32_t{1});
    return;
  }
  self->send(store, cancel_atom::value, batch.watch);
  load();
}

void roster_state::announce(const store::mvcc::range_response& found) {
  auto key = policies::cluster::node_record_key(config.self.id);
  auto at = std::find_if(found.kvs.begin(), found.kvs.end(), [&](auto& kv) { return kv->key == key; });
  if (at == found.kvs.end()) {
    if (!config.founder) return; // Removed for good, or not yet here.
    auto record = config.self;
    record.joined = std::chrono::floor<std::chrono::seconds>(env->now()).time_since_epoch().count();
    return write(record, 0);
  }
  auto record = policies::cluster::decode_node_record(*(*at)->value);
  if (!record || record->removed) return;
  auto wanted = *record;
  wanted.address = config.self.address;
  wanted.link_port = config.self.link_port;
  wanted.api_port = config.self.api_port;
  wanted.version = config.self.version;
  wanted.etcd_url = config.self.etcd_url;
  if (wanted != *record) write(wanted, (*at)->mod_revision);
}

/// Whoever else changes the record wins; the watch shows it, and the next load tries again.
void roster_state::write(const node_record& record, store::mvcc::revision of) {
  if (std::exchange(writing, true)) return;
  store::mvcc::txn_request txn;
  auto key = policies::cluster::node_record_key(record.id);
  txn.compares.push_back({{key, {}}, store::mvcc::compare_target::mod_revision,
                          store::mvcc::compare_operator::equal, of, {}});
  store::mvcc::put_request put;
  put.key = key;
  put.value = store::mvcc::make_bytes(policies::cluster::encode(record));
  txn.success.emplace_back(std::move(put));
  self->request(store, config.timeout, write_atom::value, share(std::move(txn)))
    .then([this](const shared<store::mvcc::txn_response>&) { writing = false; },
          [this](caf::error& e) {
            spdlog::warn("roster: record_not_written error=\"{}\"", text_of(e));
            writing = false;
            retry();
          });
}

void roster_state::subscribe(const caf::actor& subscriber) {
  self->monitor(subscriber);
  subscribers.push_back(subscriber);
  if (nodes) caf::anon_send(subscriber, roster_atom::value, nodes);
}

caf::behavior roster(roster_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                     roster_config config) {
  self->state.env = std::move(env);
  self->state.config = std::move(config);
  self->set_down_handler([=](caf::down_msg& down) {
    std::erase_if(self->state.subscribers, [&](auto& s) { return s.address() == down.source; });
  });
  self->send(directory, watch_atom::value, std::string("store/0"), caf::actor_cast<caf::actor>(self));
  self->send(directory, offer_atom::value, std::string("roster"), caf::actor_cast<caf::strong_actor_ptr>(self));
  return {
    [=](peer_atom, const std::string&, const caf::strong_actor_ptr& player) { self->state.store_changed(player); },
    [=](watch_atom, const caf::actor& subscriber) { self->state.subscribe(subscriber); },
    [=](event_atom, const shared<store::event_batch>& batch) { self->state.events(*batch); },
    [=](retry_atom, std::uint64_t of) {
      if (of == self->state.watch && self->state.store) self->state.load();
    },
  };
}

} // namespace troupe::actors::cluster
