#include "actors/base/error.hpp"
#include "actors/watch_cache/state.hpp"
#include "policies/mutations/mutations.hpp"
#include <algorithm>
#include <caf/actor_clock.hpp>
#include <caf/send.hpp>

/// The side of the readers: get, list and watch.
namespace troupe::actors::watch_cache {

namespace {
using policies::mutations::bug;
/// Events of one batch: enough to amortize the message, small enough to spread the work.
constexpr std::size_t batch_limit = 256;
constexpr auto tick_interval = caf::timespan{std::chrono::milliseconds(250)};
} // namespace

caf::result<object_handle> watch_cache_state::read(const api::object_key& key, std::int64_t at_least) {
  if (loaded && at_least == 0) return data.find(key);
  auto promise = self->make_response_promise<object_handle>();
  wait({at_least, {}, [=, this]() mutable { promise.deliver(data.find(key)); },
        [=](caf::error e) mutable { promise.deliver(std::move(e)); }});
  return promise;
}

shared<list_result> watch_cache_state::result_of(const list_query& query) const {
  return share(list_result{data.revision(), data.list(query.where)});
}

caf::result<shared<list_result>> watch_cache_state::list(const shared<list_query>& query) {
  if (loaded && query->at_least == 0) return result_of(*query);
  auto promise = self->make_response_promise<shared<list_result>>();
  wait({query->at_least, {}, [=, this]() mutable { promise.deliver(result_of(*query)); },
        [=](caf::error e) mutable { promise.deliver(std::move(e)); }});
  return promise;
}

void watch_cache_state::wait(waiting_read r) {
  r.deadline = self->clock().now() + config.read_timeout;
  if (!ticking) {
    ticking = true;
    self->delayed_send(self, tick_interval, tick_atom::value);
  }
  if (r.at_least < 0) {
    if (anchoring) return unanchored.push_back(std::move(r));
    waiting.push_back(std::move(r));
    return ask_revision();
  }
  bool behind = r.at_least > data.revision();
  waiting.push_back(std::move(r));
  if (!loaded || !behind) return serve_ready();
  if (store) self->send(store, credit_atom::value, store_watch, std::uint32_t{0});
}

void watch_cache_state::serve_ready() {
  if (!loaded) return;
  auto ready = std::stable_partition(waiting.begin(), waiting.end(), [&](auto& r) {
    return r.at_least < 0 || r.at_least > data.revision();
  });
  std::vector<waiting_read> served(std::make_move_iterator(ready), std::make_move_iterator(waiting.end()));
  waiting.erase(ready, waiting.end());
  for (auto& r : served) r.serve();
}

void watch_cache_state::fail_late(std::vector<waiting_read>& reads) {
  auto now = self->clock().now();
  auto late = std::stable_partition(reads.begin(), reads.end(), [&](auto& r) { return r.deadline > now; });
  std::vector<waiting_read> failed(std::make_move_iterator(late), std::make_move_iterator(reads.end()));
  reads.erase(late, reads.end());
  for (auto& r : failed) {
    if (!loaded) r.fail(make_error(errc::unavailable, config.type.text()));
    // Nobody could say what is newest. That the revision is too large would make clients ask again and again.
    else if (r.at_least < 0) r.fail(caf::make_error(caf::sec::request_timeout));
    else r.fail(make_error(errc::future_revision, config.type.text()));
  }
}

void watch_cache_state::tick() {
  ticking = false;
  fail_late(waiting);
  fail_late(unanchored);
  if (waiting.empty() && unanchored.empty()) return;
  ticking = true;
  if (loaded && store) self->send(store, credit_atom::value, store_watch, std::uint32_t{0});
  self->delayed_send(self, tick_interval, tick_atom::value);
}

caf::result<std::int64_t> watch_cache_state::watch(const watch_query& query, const caf::actor& subscriber) {
  if (!loaded) return make_error(errc::unavailable, config.type.text());
  if (query.after < data.oldest())
    return make_error(errc::compacted, fmt::format("{} ({})", query.after, data.oldest()));
  self->monitor(subscriber);
  auto sent = active(bug::late_resume) ? query.after + 1 : query.after;
  subscriptions.push_back({subscriber, query.id, query.where, sent, query.credit});
  send_events(subscriptions.back());
  return data.oldest();
}

void watch_cache_state::send_events(subscription& s) {
  while (s.credit > 0 && s.sent < data.revision()) {
    event_batch batch;
    batch.id = s.id;
    auto sent = s.sent;
    batch.events = data.after(sent, s.where, batch_limit);
    s.sent = sent;
    if (batch.events.empty()) return; // Nothing in scope: told with the next batch, or when it is asked for.
    batch.revision = sent;
    --s.credit;
    caf::anon_send(s.subscriber, event_atom::value, share(std::move(batch)));
  }
}

void watch_cache_state::credit(std::uint64_t id, const caf::actor_addr& subscriber, std::uint32_t batches) {
  auto s = std::find_if(subscriptions.begin(), subscriptions.end(),
                        [&](auto& x) { return x.id == id && x.subscriber.address() == subscriber; });
  if (s == subscriptions.end()) return;
  if (batches > 0) {
    s->credit += batches;
    if (s->sent < data.oldest()) {
      event_batch last;
      last.id = id;
      last.revision = s->sent;
      last.ended = event_batch::end::expired;
      caf::anon_send(s->subscriber, event_atom::value, share(std::move(last)));
      subscriptions.erase(s);
      return;
    }
    return send_events(*s);
  }
  // A bookmark: it must not overtake what the store has committed before the question.
  auto who = s->subscriber;
  wait({-1, {},
        [=, this]() {
          auto at = std::find_if(subscriptions.begin(), subscriptions.end(),
                                 [&](auto& x) { return x.id == id && x.subscriber == who; });
          if (at == subscriptions.end()) return;
          send_events(*at);
          if (at->sent < data.revision()) return; // Out of credit: events come first.
          event_batch progress;
          progress.id = id;
          progress.revision = at->sent;
          caf::anon_send(who, event_atom::value, share(std::move(progress)));
        },
        [](caf::error) {}});
}

void watch_cache_state::cancel(std::uint64_t id, const caf::actor_addr& subscriber) {
  std::erase_if(subscriptions, [&](auto& s) { return s.id == id && s.subscriber.address() == subscriber; });
}

void watch_cache_state::down(const caf::actor_addr& who) {
  std::erase_if(subscriptions, [&](auto& s) { return s.subscriber.address() == who; });
}

} // namespace troupe::actors::watch_cache
