#include "actors/base/error.hpp"
#include "actors/watch_cache/state.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

/// Which shard is followed. When the type moves, the old shard is read up to its fence, and the new one from where its
/// changes begin: no watcher notices.
namespace troupe::actors::watch_cache {

void watch_cache_state::peer_changed(const std::string& role, const caf::strong_actor_ptr& player) {
  if (role == shards::shards_role) {
    shards = caf::actor_cast<shards::shards_actor>(player);
    if (shards) self->send(shards, watch_atom::value, caf::actor_cast<caf::actor>(self));
    return;
  }
  if (!members.changed(role, player) || role != shards::store_role(here.shard) || !placed) return;
  if (!player || store || !loaded) return store_changed();
  store = members.find(here.shard); // It has gone over before the member was there.
  begin_watch();
  ask_waiting();
}

void watch_cache_state::map_changed(const shared<shards::shard_map>& map) {
  for (auto& role : members.unknown_roles(*map))
    self->send(directory, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
  auto where = policies::cluster::where_of(*map, config.type.text());
  if (std::exchange(placed, true) && where == wanted) return;
  wanted = where;
  if (!loaded) { // Nobody has seen anything that had to go on.
    here = wanted;
    return store_changed();
  }
  if (wanted.moves == here.moves) {
    here = wanted;
    // What the shard has above its fence is not of this type.
    for (auto& r : waiting)
      if (r.anchored) r.at_least = capped(r.at_least);
    return serve_ready();
  }
  here.fence = wanted.until;
  follow_type();
}

/// Goes over to the shard where the type is now, when all of the former one has been seen.
void watch_cache_state::follow_type() {
  if (wanted.moves == here.moves) return;
  bool next = wanted.moves == here.moves + 1; // Else `until` is a revision of a shard that was missed.
  if (next && data.revision() < wanted.until) {
    if (store) self->send(store, credit_atom::value, store_watch, std::uint32_t{0});
    return;
  }
  if (store) self->send(store, cancel_atom::value, store_watch);
  ++store_watch;
  here = wanted;
  store = members.find(here.shard);
  // Somebody may have been told of a later revision before the fence was known.
  if (!next || data.revision() > here.since) return lose_store();
  data.apply({}, here.since);
  if (store) begin_watch();
  serve_ready();
  ask_waiting();
}

/// Reads that came while the type was between two shards.
void watch_cache_state::ask_waiting() {
  if (anchoring || !store) return;
  if (std::any_of(waiting.begin(), waiting.end(), [](auto& r) { return r.at_least < 0; })) ask_revision();
}

std::int64_t watch_cache_state::capped(std::int64_t revision) const {
  return here.fence ? std::min(revision, *here.fence) : revision;
}

void watch_cache_state::confirm_place(std::function<void(bool, std::int64_t)> then,
                                      std::function<void(const caf::error&)> failed) {
  if (!shards) return failed(make_error(errc::unavailable, "the map of shards"));
  self->request(shards, config.store_timeout, read_atom::value)
    .then(
      [=, this](const shared<shards::shard_map>& map, std::int64_t revision_0) {
        auto before = here.moves;
        map_changed(map);
        then(before == wanted.moves, revision_0);
      },
      [=](caf::error& e) { failed(e); });
}

void watch_cache_state::ask_revision() {
  anchoring = true;
  auto failed = [this](const caf::error& e) { anchor_failed(e); };
  if (!store) return failed(make_error(errc::unavailable, "the store of " + config.type.text()));
  if (!config.sharded) {
    self->request(store, config.store_timeout, read_atom::value)
      .then([this](std::int64_t revision) { anchored(revision); }, failed);
    return;
  }
  // The shard's revision counts only if the type was still there after the question.
  struct question {
    int open = 1;
    std::int64_t revision = 0, moves = 0;
    bool lost = false;
  };
  auto q = std::make_shared<question>();
  q->moves = here.moves;
  auto answered = [=, this] {
    if (--q->open > 0 || q->lost) return;
    if (wanted.moves == q->moves) return anchored(q->revision);
    anchoring = false;
    if (wanted.moves == here.moves) ask_waiting();
  };
  auto lost = [=](const caf::error& e) {
    if (!std::exchange(q->lost, true)) failed(e);
  };
  bool other = here.shard != 0;
  if (other) {
    ++q->open;
    self->request(store, config.store_timeout, read_atom::value)
      .then(
        [=](std::int64_t revision) {
          q->revision = revision;
          answered();
        },
        [=](caf::error& e) { lost(e); });
  }
  confirm_place(
    [=](bool, std::int64_t revision_0) {
      if (!other) q->revision = revision_0;
      answered();
    },
    lost);
}

void watch_cache_state::anchor_failed(const caf::error& e) {
  anchoring = false;
  for (auto& r : std::exchange(waiting, {})) r.fail(make_error(errc::unavailable, text_of(e)));
  ask_for_unanchored();
}

void watch_cache_state::anchored(std::int64_t revision) {
  anchoring = false;
  revision = capped(revision);
  bool behind = !loaded || data.revision() < revision;
  for (auto& r : waiting)
    if (r.at_least < 0) r.at_least = revision, r.anchored = true;
  // Other types' writes have moved the store on: the batch that tells so follows all events before it.
  if (behind && loaded && store) self->send(store, credit_atom::value, store_watch, std::uint32_t{0});
  serve_ready();
  ask_for_unanchored();
}

void watch_cache_state::ask_for_unanchored() {
  if (unanchored.empty()) return;
  for (auto& r : std::exchange(unanchored, {})) waiting.push_back(std::move(r));
  ask_revision();
}

} // namespace troupe::actors::watch_cache
