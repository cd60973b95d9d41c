#include "actors/base/error.hpp"
#include "actors/gate/front.hpp"
#include <algorithm>
#include <caf/send.hpp>
#include <fmt/format.h>

/// The side of the node: get, list and watch.
namespace troupe::actors::gate {

namespace {

/// Events of one batch, as of a watch cache.
constexpr std::size_t batch_limit = 256;

} // namespace

caf::result<object_handle> front_state::read(const api::object_key& key, std::int64_t at_least) {
  auto promise = self->make_response_promise<object_handle>();
  when_reached(
      at_least, [=, this]() mutable { promise.deliver(object_handle{objects.find(key)}); },
      [=](caf::error e) mutable { promise.deliver(std::move(e)); });
  return promise;
}

caf::result<shared<watch_cache::list_result>> front_state::list(const watch_cache::list_query& query) {
  auto promise = self->make_response_promise<shared<watch_cache::list_result>>();
  auto serve = [=, this, where = query.where]() mutable {
    watch_cache::list_result out{newest, {}};
    for (auto& [key, object] : objects.all())
      if (where.contains(*object)) out.items.emplace_back(object);
    promise.deliver(share(std::move(out)));
  };
  when_reached(query.at_least, serve, [=](caf::error e) mutable { promise.deliver(std::move(e)); });
  return promise;
}

caf::result<std::int64_t> front_state::watch(const watch_cache::watch_query& query, const caf::actor& subscriber) {
  if (!available()) return unavailable();
  if (query.after < oldest) return make_error(errc::compacted, fmt::format("{} ({})", query.after, oldest));
  // A number of another front, of which this one cannot tell what has been seen.
  if (query.after > newest) return make_error(errc::future_revision, fmt::format("{} ({})", query.after, newest));
  auto known = [&](auto& s) { return s.subscriber == subscriber; };
  if (std::ranges::none_of(subscriptions, known)) self->monitor(subscriber);
  if (subscriptions.size() >= config.limits.watches_max) {
    auto first = std::move(subscriptions.front());
    subscriptions.erase(subscriptions.begin());
    expire(first);
    if (first.subscriber != subscriber) leave(first.subscriber);
  }
  subscriptions.push_back(
      {subscriber, query.id, query.where, query.after, std::min(query.credit, config.limits.credit_max)});
  send_events(subscriptions.back());
  return oldest;
}

std::vector<watch_cache::cached_event_ptr> front_state::after(std::int64_t& number,
                                                              const watch_cache::scope& where) const {
  std::vector<watch_cache::cached_event_ptr> out;
  auto at = std::ranges::upper_bound(events, number, {}, [](auto& e) { return e->revision; });
  for (; at != events.end(); ++at) {
    if (out.size() >= batch_limit) return out;
    number = (*at)->revision;
    if (where.contains(*(*at)->after)) out.push_back(*at);
  }
  number = newest;
  return out;
}

void front_state::send_events(subscription& s) {
  while (s.credit > 0 && s.sent < newest) {
    // Fallen behind the history: whoever grants credit again is told so.
    if (s.sent < oldest) return;
    watch_cache::event_batch batch;
    batch.id = s.id;
    batch.events = after(s.sent, s.where);
    if (batch.events.empty()) return;
    batch.revision = s.sent;
    --s.credit;
    caf::anon_send(s.subscriber, event_atom::value, share(std::move(batch)));
  }
}

void front_state::credit(std::uint64_t id, const caf::actor_addr& subscriber, std::uint32_t batches) {
  auto s = std::ranges::find_if(
      subscriptions, [&](auto& x) { return x.id == id && x.subscriber.address() == subscriber; });
  if (s == subscriptions.end()) return;
  if (s->sent < oldest) {
    auto late = std::move(*s);
    subscriptions.erase(s);
    expire(late);
    return leave(late.subscriber);
  }
  if (batches == 0) return bookmark(id, s->subscriber);
  s->credit = std::min(s->credit + std::min(batches, config.limits.credit_max), config.limits.credit_max);
  send_events(*s);
}

void front_state::bookmark(std::uint64_t id, const caf::actor& subscriber) {
  auto tell = [=, this] {
    auto s = std::ranges::find_if(subscriptions, [&](auto& x) { return x.id == id && x.subscriber == subscriber; });
    if (s == subscriptions.end()) return;
    send_events(*s);
    auto sent = s->sent;
    if (!after(sent, s->where).empty()) return; // Out of credit: events come first.
    s->sent = sent;
    watch_cache::event_batch progress;
    progress.id = id;
    progress.revision = s->sent;
    caf::anon_send(subscriber, event_atom::value, share(std::move(progress)));
  };
  when_reached(-1, tell, [](caf::error) {});
}

void front_state::cancel(std::uint64_t id, const caf::actor_addr& subscriber) {
  auto s = std::ranges::find_if(
      subscriptions, [&](auto& x) { return x.id == id && x.subscriber.address() == subscriber; });
  if (s == subscriptions.end()) return;
  auto who = s->subscriber;
  subscriptions.erase(s);
  leave(who);
}

/// Stops the monitoring of an actor that has no watch any more.
void front_state::leave(const caf::actor& subscriber) {
  if (std::ranges::none_of(subscriptions, [&](auto& s) { return s.subscriber == subscriber; }))
    self->demonitor(subscriber);
}

void front_state::down(const caf::actor_addr& who) {
  std::erase_if(subscriptions, [&](auto& s) { return s.subscriber.address() == who; });
}

} // namespace troupe::actors::gate
