#include "actors/base/error.hpp"
#include "actors/shards/shards.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

// The map as shard 0 has it, and who wants to know.
namespace troupe::actors::shards {

namespace {

store::mvcc::range_request map_range() {
  store::mvcc::range_request range;
  range.keys = {std::string(policies::cluster::shard_map_key), {}};
  return range;
}

} // namespace

void shards_state::peer_changed(const std::string& role, const caf::strong_actor_ptr& player) {
  if (!members.changed(role, player) || role != store_role(0)) return;
  ++watch;
  if (player) load();
}

void shards_state::load() {
  auto asked = ++watch;
  auto again = [=, this] { self->delayed_send(self, config.retry_delay, retry_atom::value, asked); };
  self->request(members.find(0), config.timeout, list_atom::value, share(map_range()))
    .then(
      [=, this](const shared<store::mvcc::range_response>& found) {
        if (asked != watch) return;
        take(*found);
        follow(found->header_revision);
      },
      [=, this](caf::error& e) {
        spdlog::debug("shards: load_failed error=\"{}\"", text_of(e));
        if (asked == watch) again();
      });
}

void shards_state::follow(store::mvcc::revision after) {
  store::watch_request request;
  request.id = watch;
  request.keys = map_range().keys;
  request.from = after + 1;
  auto asked = watch;
  self->request(members.find(0), config.timeout, watch_atom::value, share(std::move(request)),
                caf::actor_cast<store::subscriber_actor>(self))
    .then([](store::mvcc::revision) {},
          [=, this](caf::error&) {
            if (asked == watch) self->delayed_send(self, config.retry_delay, retry_atom::value, asked);
          });
}

/// Every change is rare and small: what follows it is a new load.
void shards_state::events(const store::event_batch& batch) {
  auto shard_0 = members.find(0);
  if (batch.watch != watch || !shard_0) return;
  if (batch.events.empty() && batch.ended == store::event_batch::end::open) {
    self->send(shard_0, credit_atom::value, batch.watch, std::uint32_t{1});
    return;
  }
  self->send(shard_0, cancel_atom::value, batch.watch);
  load();
}

bool shards_state::take(const store::mvcc::range_response& found) {
  auto revision = found.kvs.empty() ? 0 : found.kvs.front()->mod_revision;
  if (map && revision <= map_revision) return true;
  shard_map fresh;
  if (revision > 0) {
    auto decoded = policies::cluster::decode_shard_map(*found.kvs.front()->value);
    // Without the map nobody knows where to write: better nothing than the wrong shard.
    if (!decoded) {
      spdlog::critical("shards: map_refused error=\"{}\"", decoded.error());
      return false;
    }
    fresh = std::move(*decoded);
  }
  map_revision = revision;
  map = share(std::move(fresh));
  for (auto& s : subscribers) caf::anon_send(s, changed_atom::value, map);
  map_changed();
  return true;
}

void shards_state::subscribe(const caf::actor& subscriber) {
  self->monitor(subscriber);
  subscribers.push_back(subscriber);
  if (map) caf::anon_send(subscriber, changed_atom::value, map);
}

caf::result<shared<shard_map>, store::mvcc::revision> shards_state::confirm() {
  auto promise = self->make_response_promise<shared<shard_map>, store::mvcc::revision>();
  waiting.push_back(promise);
  if (asking.empty()) ask_confirmation();
  return promise;
}

/// One question to shard 0 for all that came meanwhile. The key itself is read, and not only the revision: so nothing
/// hangs on how far the watch is.
void shards_state::ask_confirmation() {
  asking = std::exchange(waiting, {});
  auto fail_all = [this](const std::string& why) {
    for (auto& p : std::exchange(asking, {})) p.deliver(make_error(errc::unavailable, why));
    if (!waiting.empty()) ask_confirmation();
  };
  auto shard_0 = members.find(0);
  if (!shard_0) {
    auto now = std::exchange(asking, {});
    for (auto& p : now) p.deliver(make_error(errc::unavailable, "the store is not available"));
    return;
  }
  self->request(shard_0, config.timeout, list_atom::value, share(map_range()))
    .then(
      [=, this](const shared<store::mvcc::range_response>& found) {
        if (!take(*found)) return fail_all("the map of shards can't be read");
        for (auto& p : std::exchange(asking, {})) p.deliver(map, found->header_revision);
        if (!waiting.empty()) ask_confirmation();
      },
      [=](caf::error& e) { fail_all(text_of(e)); });
}

} // namespace troupe::actors::shards
