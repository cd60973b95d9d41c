#include "actors/base/error.hpp"
#include "actors/watch_cache/state.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

/// The side of the store: load, follow, and start anew where the stream broke.
namespace troupe::actors::watch_cache {

void watch_cache_state::store_changed() {
  store = members.find(here.shard);
  if (store) return load();
  loaded = false;
  expire_all();
}

void watch_cache_state::lose_store() {
  loaded = false;
  ++store_watch;
  if (store) load();
  expire_all();
}

void watch_cache_state::load() {
  loaded = false;
  if (config.sharded) here = wanted, store = members.find(here.shard);
  if (!store) return;
  store::mvcc::range_request range;
  range.keys = store::mvcc::key_range::prefix(api::storage_prefix(config.type));
  range.skip_count = true;
  auto asked = ++feed;
  auto failed = [=, this](const caf::error& e) {
    spdlog::warn("watch_cache: load_failed type={} error=\"{}\"", config.type.text(), text_of(e));
    if (asked == feed) self->delayed_send(self, config.retry_delay, retry_atom::value, asked);
  };
  self->request(store, config.store_timeout, list_atom::value, share(std::move(range)))
    .then(
      [=, this](const shared<store::mvcc::range_response>& found) {
        if (asked != feed) return;
        if (!config.sharded) return loaded_at(found);
        // An old map may have named a shard that has forgotten the type since.
        confirm_place(
          [=, this](bool same, std::int64_t) {
            if (asked == feed && same) loaded_at(found);
          },
          failed);
      },
      [=](caf::error& e) { failed(e); });
}

void watch_cache_state::loaded_at(const shared<store::mvcc::range_response>& found) {
  data.load(found->kvs, capped(found->header_revision));
  begin_watch();
}

void watch_cache_state::begin_watch() {
  store::watch_request watch;
  watch.id = ++store_watch;
  watch.keys = store::mvcc::key_range::prefix(api::storage_prefix(config.type));
  watch.from = data.revision() + 1;
  auto asked = ++feed;
  self->request(store, config.store_timeout, watch_atom::value, share(std::move(watch)),
                caf::actor_cast<store::subscriber_actor>(self))
    .then(
      [=, this](std::int64_t) {
        if (asked != feed) return;
        loaded = true;
        serve_ready();
        follow_type();
        if (std::exchange(offered, true)) return;
        self->send(directory, offer_atom::value, "watch_cache/" + config.type.text(),
                   caf::actor_cast<caf::strong_actor_ptr>(self));
      },
      [=, this](caf::error& e) {
        spdlog::warn("watch_cache: watch_failed type={} error=\"{}\"", config.type.text(), text_of(e));
        if (asked == feed) watch_refused(e);
      });
}

/// A cache that goes over to another shard stays what it is while that one can't be reached.
void watch_cache_state::watch_refused(const caf::error& e) {
  if (!loaded) return load();
  if (code_of(e) == errc::compacted) return lose_store();
  self->delayed_send(self, config.retry_delay, retry_atom::value, feed);
}

void watch_cache_state::retry(std::uint64_t of) {
  if (of != feed || !store) return;
  if (loaded) begin_watch();
  else load();
}

void watch_cache_state::events(const store::event_batch& batch) {
  if (batch.watch != store_watch || !store) return;
  data.apply(batch.events, capped(batch.revision));
  if (batch.ended != store::event_batch::end::open) return lose_store();
  self->send(store, credit_atom::value, batch.watch, std::uint32_t{1});
  serve_ready();
  for (auto& s : subscriptions) send_events(s);
  follow_type();
}

void watch_cache_state::expire_all() {
  for (auto& s : subscriptions) {
    event_batch last;
    last.id = s.id;
    last.revision = s.sent;
    last.ended = event_batch::end::expired;
    caf::anon_send(s.subscriber, event_atom::value, share(std::move(last)));
  }
  subscriptions.clear();
}

} // namespace troupe::actors::watch_cache
