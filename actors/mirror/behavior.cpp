#include "actors/base/error.hpp"
#include "actors/mirror/apply.hpp"
#include "actors/mirror/state.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>
#include <utility>

namespace troupe::actors::mirror {

namespace {

std::string_view node_of(const object_handle& pod) {
  return pod ? api::string_at(pod->spec(), {"nodeName"}) : std::string_view{};
}

/// The change as one node sees it: a pod comes when it is bound to the node.
change seen_by(const std::string& node, const change& c) {
  return {node_of(c.before) == node ? c.before : object_handle{}, node_of(c.after) == node ? c.after : object_handle{}};
}

} // namespace

/// A cache that is alive, maybe on another host, would go on sending to the watch before.
std::uint64_t mirror_state::next_watch() {
  if (cache && watch > 0) self->send(cache, cancel_atom::value, watch, caf::actor_cast<caf::actor>(self));
  return ++watch;
}

void mirror_state::cache_changed(const caf::strong_actor_ptr& player) {
  next_watch();
  cache = caf::actor_cast<watch_cache::watch_cache_actor>(player);
  failures = 0;
  fail_readers(make_error(errc::unavailable, "the watch cache of " + config.type.text()));
  if (cache) list();
}

void mirror_state::retry() {
  auto delay = config.retry_delay * (1 << std::min(failures, 8u));
  ++failures;
  self->delayed_send(self, std::min(delay, config.retry_max), retry_atom::value, watch);
}

void mirror_state::list() {
  auto asked = next_watch();
  self->request(cache, config.timeout, list_atom::value, share(watch_cache::list_query{}))
    .then(
      [=, this](const shared<watch_cache::list_result>& fresh) {
        if (asked == watch) replace(*fresh);
      },
      [=, this](caf::error& e) {
        if (asked != watch) return;
        if (failures == 0) spdlog::warn("mirror: list_failed type={} error=\"{}\"", config.type.text(), text_of(e));
        retry();
      });
}

void mirror_state::replace(const watch_cache::list_result& fresh) {
  api::object_table next;
  for (auto& o : fresh.items) next.put(o);
  // Subscribers that have a table already get the difference, which costs them what changed and not the whole type.
  std::vector<change> changes;
  for (auto& [key, after] : next.all()) {
    auto before = objects.find(key);
    if (!before || before->revision() != after->revision()) changes.push_back({before, after});
  }
  for (auto& [key, before] : objects.all())
    if (!next.find(key)) changes.push_back({before, {}});
  bool first = !synced;
  failures = 0;
  synced = true;
  revision = fresh.revision;
  objects = std::move(next);
  if (first) {
    auto all = std::move(subscribers);
    auto nodes = std::move(by_node);
    subscribers.clear();
    by_node.clear();
    for (auto& s : all) subscribe(s, {});
    for (auto& [node, actors] : nodes)
      for (auto& s : actors) subscribe(s, node);
  } else if (!changes.empty()) {
    publish(std::move(changes));
  }
  answer_readers();
  follow();
}

void mirror_state::follow() {
  watch_cache::watch_query query;
  query.id = watch;
  query.after = revision;
  auto asked = watch;
  self->request(cache, config.timeout, watch_atom::value, share(std::move(query)), caf::actor_cast<caf::actor>(self))
    .then([](std::int64_t) {},
          [=, this](caf::error&) {
            if (asked == watch) retry();
          });
}

void mirror_state::events(const watch_cache::event_batch& batch) {
  if (batch.id != watch || !cache || !synced) return;
  if (batch.ended != watch_cache::event_batch::end::open) return list();
  revision = std::max(revision, batch.revision);
  if (batch.events.empty()) return answer_readers();
  std::vector<change> changes;
  changes.reserve(batch.events.size());
  for (auto& e : batch.events) {
    if (!e->after) continue;
    // What was there before is known here, and does not come over a wire.
    auto before = e->before ? e->before : object_handle{objects.find(e->after->key())};
    if (e->type == watch_cache::event_type::removed) {
      if (!before) continue;
      objects.erase(e->after->key());
      changes.push_back({std::move(before), {}});
    } else {
      objects.put(e->after);
      changes.push_back({std::move(before), e->after});
    }
  }
  self->send(cache, credit_atom::value, watch, caf::actor_cast<caf::actor>(self), std::uint32_t{1});
  publish(std::move(changes));
  answer_readers();
}

caf::result<std::int64_t> mirror_state::read(std::int64_t at_least) {
  if (!cache) return make_error(errc::unavailable, "the watch cache of " + config.type.text());
  auto promise = self->make_response_promise<std::int64_t>();
  auto wait_for = [=, this](std::int64_t wanted) {
    readers.push_back({wanted, promise});
    if (synced && revision < wanted)
      self->send(cache, credit_atom::value, watch, caf::actor_cast<caf::actor>(self), std::uint32_t{0});
    answer_readers();
  };
  if (at_least >= 0) {
    wait_for(at_least);
    return promise;
  }
  // A list of nothing tells what is committed.
  watch_cache::list_query nothing;
  nothing.where = {"-", "-"};
  auto asked = cache;
  self->request(cache, config.timeout, list_atom::value, share(std::move(nothing)))
      .then(
          [=, this](const shared<watch_cache::list_result>& r) mutable {
            if (cache == asked) return wait_for(r->revision);
            promise.deliver(make_error(errc::unavailable, "the watch cache of " + config.type.text()));
          },
          [=](caf::error& e) mutable { promise.deliver(make_error(errc::unavailable, text_of(e))); });
  return promise;
}

void mirror_state::answer_readers() {
  if (!synced) return;
  std::erase_if(readers, [this](reader& r) {
    if (r.at_least > revision) return false;
    r.answer.deliver(revision);
    return true;
  });
}

void mirror_state::fail_readers(const caf::error& e) {
  for (auto& r : std::exchange(readers, {})) r.answer.deliver(e);
}

void mirror_state::publish(std::vector<change> changes) {
  if (changes.empty()) return;
  // Those who see everything come first: the API server knows of a pod's references before its node asks for them.
  auto all = share(update{config.type, false, revision, std::move(changes)});
  for (auto& s : subscribers) caf::anon_send(s, changed_atom::value, all);
  std::map<std::string_view, update> per_node;
  if (!by_node.empty())
    for (auto& c : all->changes) {
      auto from = node_of(c.before), to = node_of(c.after);
      for (auto node : {from, from == to ? std::string_view{} : to}) {
        auto found = node.empty() ? by_node.end() : by_node.find(std::string(node));
        if (found == by_node.end()) continue;
        auto& u = per_node[found->first];
        u.changes.push_back(seen_by(found->first, c));
      }
    }
  for (auto& [node, u] : per_node) {
    u.type = config.type;
    u.revision = revision;
    auto message = share(std::move(u));
    for (auto& s : by_node.find(std::string(node))->second) caf::anon_send(s, changed_atom::value, message);
  }
}

void mirror_state::subscribe(const caf::actor& subscriber, const std::string& node) {
  self->monitor(subscriber);
  if (node.empty())
    subscribers.push_back(subscriber);
  else
    by_node[node].push_back(subscriber);
  if (!synced) return;
  update first{config.type, true, revision, {}};
  for (auto& [key, object] : objects.all())
    if (node.empty() || node_of(object) == node) first.changes.push_back({{}, object});
  caf::anon_send(subscriber, changed_atom::value, share(std::move(first)));
}

void mirror_state::down(const caf::actor_addr& who) {
  auto is_it = [&](auto& s) { return s.address() == who; };
  std::erase_if(subscribers, is_it);
  for (auto at = by_node.begin(); at != by_node.end();) {
    std::erase_if(at->second, is_it);
    at = at->second.empty() ? by_node.erase(at) : std::next(at);
  }
}

dated_mirror_actor::behavior_type mirror(mirror_state::self_pointer self, mirror_config config,
                                        directory::directory_actor directory) {
  self->state.config = std::move(config);
  auto type = self->state.config.type.text();
  self->set_down_handler([=](caf::down_msg& down) { self->state.down(down.source); });
  self->send(directory, watch_atom::value, "watch_cache/" + type, caf::actor_cast<caf::actor>(self));
  self->send(directory, offer_atom::value, "mirror/" + type, caf::actor_cast<caf::strong_actor_ptr>(self));
  return {
    [=](watch_atom, const caf::actor& subscriber, const std::string& node) { self->state.subscribe(subscriber, node); },
    [=](event_atom, const shared<watch_cache::event_batch>& batch) { self->state.events(*batch); },
    [=](read_atom, std::int64_t at_least) { return self->state.read(at_least); },
    [=](retry_atom, std::uint64_t of) {
      if (of == self->state.watch && self->state.cache) self->state.list();
    },
    [=](peer_atom, const std::string&, const caf::strong_actor_ptr& player) { self->state.cache_changed(player); },
  };
}

} // namespace troupe::actors::mirror
