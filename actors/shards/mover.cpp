#include "actors/shards/mover.hpp"
#include "actors/base/error.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

// What is to be done next, and the steps but the copy.
namespace troupe::actors::shards {

namespace {

namespace cluster = policies::cluster;
namespace mvcc = store::mvcc;
using kind = cluster::shard_step::kind;

mvcc::range_request map_range() {
  mvcc::range_request range;
  range.keys = {std::string(cluster::shard_map_key), {}};
  return range;
}

} // namespace

void mover_state::map_told(const shared<shard_map>& m) {
  for (auto& role : members.unknown_roles(*m))
    self->send(directory, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
  if (busy) {
    told = m;
    return;
  }
  map = m;
  if (!cluster::unfinished(*map)) return;
  busy = true;
  look();
}

void mover_state::again() {
  if (told) map = std::exchange(told, {});
  busy = map && cluster::unfinished(*map);
  if (busy) self->delayed_send(self, config.interval, tick_atom::value);
}

void mover_state::failed(std::string_view doing, const caf::error& e) {
  spdlog::warn("mover: step_failed doing={} error=\"{}\"", doing, text_of(e));
  again();
}

void mover_state::look() {
  auto shard_0 = members.find(0);
  if (!shard_0) return again();
  self->request(shard_0, config.timeout, status_atom::value)
    .then(
      [this](const store::store_status& s) {
        if (!s.leading) return again();
        self->request(members.find(0), config.timeout, list_atom::value, share(map_range()))
          .then(
            [this](const shared<mvcc::range_response>& found) {
              if (found->kvs.empty()) return again();
              auto fresh = cluster::decode_shard_map(*found->kvs.front()->value);
              if (!fresh) return again();
              map_revision = found->kvs.front()->mod_revision;
              map = share(std::move(*fresh));
              gather();
            },
            [this](caf::error& e) { failed("read_map", e); });
      },
      [this](caf::error&) { again(); });
}

/// Which shards answer a read that a leader has confirmed.
void mover_state::gather() {
  struct round {
    std::set<std::uint32_t> answering;
    std::size_t open = 0;
  };
  auto r = std::make_shared<round>();
  auto next = [=, this] {
    if (--r->open == 0) decide(r->answering);
  };
  ++r->open;
  for (auto& role : members.unknown_roles(*map))
    self->send(directory, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
  for (auto& s : map->shards) {
    auto member = members.find(s.id);
    if (!member) continue;
    ++r->open;
    self->request(member, config.timeout, read_atom::value)
      .then(
        [=, id = s.id](mvcc::revision) {
          r->answering.insert(id);
          next();
        },
        [=](caf::error&) { next(); });
  }
  next();
}

bool mover_state::settled() {
  if (map->moves.empty() || map->moves.front().phase != cluster::move_phase::placed) return false;
  auto now = self->clock().now();
  if (std::exchange(placed_change, map->changes) != map->changes) placed_at = now;
  return now >= placed_at + config.grace;
}

void mover_state::decide(const std::set<std::uint32_t>& answering) {
  auto step = cluster::next_step(*map, {answering, settled()});
  if (step.what == kind::none) return again();
  spdlog::info("mover: step={} shard={} to={} type={}", static_cast<int>(step.what), step.shard, step.to, step.type);
  act(step);
}

void mover_state::act(const cluster::shard_step& step) {
  auto prefix = "/registry/" + step.type + "/";
  switch (step.what) {
    case kind::none: return again();
    case kind::note_running: return change_map(cluster::with_running(*map, step.shard));
    case kind::close_source:
      return if_still([=, this] {
        place(step.shard, mvcc::fence_request{prefix, true},
              [=, this](mvcc::revision fence) { change_map(cluster::with_fence(*map, step.type, fence)); });
      });
    case kind::copy: return copy(step);
    case kind::forget_source:
      return if_still([=, this] {
        // The one is open and the other closed already, unless a driver who was late has meddled.
        place(step.to, mvcc::fence_request{prefix, false}, [=, this](mvcc::revision) {
          place(step.shard, mvcc::fence_request{prefix, true}, [=, this](mvcc::revision) {
            forget(step.shard, prefix, [=, this] { change_map(cluster::with_moved(*map, step.type)); });
          });
        });
      });
  }
}

void mover_state::if_still(std::function<void()> then) {
  auto shard_0 = members.find(0);
  if (!shard_0) return again();
  auto decided_on = map_revision;
  self->request(shard_0, config.timeout, list_atom::value, share(map_range()))
    .then(
      [=, this](const shared<mvcc::range_response>& found) {
        if (!found->kvs.empty() && found->kvs.front()->mod_revision == decided_on) return then();
        spdlog::info("mover: step_given_up why=\"the map has changed\"");
        again();
      },
      [=, this](caf::error& e) { failed("read_map", e); });
}

void mover_state::change_map(shard_map next, std::function<void()> then) {
  auto shard_0 = members.find(0);
  if (!shard_0) return again();
  mvcc::txn_request txn;
  std::string key(cluster::shard_map_key);
  txn.compares.push_back(
    {{key, {}}, mvcc::compare_target::mod_revision, mvcc::compare_operator::equal, map_revision, {}});
  mvcc::put_request put;
  put.key = key;
  put.value = mvcc::make_bytes(cluster::encode(next));
  txn.success.emplace_back(std::move(put));
  self->request(shard_0, config.timeout, write_atom::value, share(std::move(txn)))
    .then(
      [=, this, next = share(std::move(next))](const shared<mvcc::txn_response>& done) {
        if (!done->succeeded) return look(); // Whoever changed it: from what it says now.
        map = next;
        map_revision = done->header_revision;
        then();
      },
      [this](caf::error& e) { failed("write_map", e); });
}

void mover_state::place(std::uint32_t shard, placement_request what, then_revision then) {
  auto member = members.find(shard);
  if (!member) return again();
  self->request(member, config.timeout, call_atom::value, share(store::command_request(std::move(what))))
    .then([=](const shared<store::command_response>& r) { then(r->header_revision); },
          [=, this](caf::error& e) { failed("place", e); });
}

caf::behavior mover(mover_state::self_pointer self, directory::directory_actor directory, mover_config config) {
  self->state.config = config;
  self->state.directory = directory;
  self->send(directory, watch_atom::value, std::string(shards_role), caf::actor_cast<caf::actor>(self));
  return {
    [=](changed_atom, const shared<shard_map>& m) { self->state.map_told(m); },
    [=](tick_atom) { self->state.look(); },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      if (self->state.members.changed(role, player) || !player) return;
      self->send(caf::actor_cast<shards_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self));
    },
  };
}

} // namespace troupe::actors::shards
