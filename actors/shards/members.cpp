#include "actors/base/error.hpp"
#include "actors/shards/shards.hpp"
#include "actors/store/autopilot.hpp"
#include "actors/store/store.hpp"
#include "actors/store/transport.hpp"
#include "actors/supervisor/supervisor.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

// This process's members of the shards.
namespace troupe::actors::shards {

namespace {

using supervisor::child_spec;

using opener_actor = caf::typed_actor<caf::reacts_to<open_atom>>;
struct opener_state {
  static inline const char* name = "shard_opener";
};

/// Opening a store reads and syncs.
opener_actor::behavior_type opener(stateful<opener_state, opener_actor::base>* self, std::uint32_t shard,
                                   store::store_config config, caf::actor answer_to) {
  self->send(self, open_atom::value);
  return {[=](open_atom) {
    auto found = store::open_shard(config);
    opened_files out;
    if (found) out.files = std::move(*found);
    else out.error = found.error().text();
    caf::anon_send(answer_to, open_atom::value, shard, std::move(out));
    self->quit();
  }};
}

store::store_config config_of(const shards_config& all, const policies::cluster::shard& s) {
  auto out = all.store;
  if (!out.path.empty()) out.path += fmt::format("-{}", s.id);
  // Only while nobody has seen the group at work one node may start it, or a lost disk would make a second group.
  out.join = s.founder != out.self;
  return out;
}

child_spec member(environment_ptr env, directory::directory_actor directory, std::shared_ptr<store::shard_files> files,
                  store::store_config config, std::uint32_t shard) {
  return {.name = store_role(shard), .make = [=](caf::event_based_actor* parent) {
            auto carrier = parent->spawn(store::transport, directory, shard);
            store::store_dependencies with{env, files, caf::actor_cast<store::peer_actor>(carrier)};
            auto made = parent->spawn(store::store, std::move(with), config);
            made->attach_functor([carrier] { caf::anon_send_exit(carrier, caf::exit_reason::user_shutdown); });
            for (auto& role : {store_role(shard), store::member_role(shard, config.self)})
              parent->send(directory, offer_atom::value, role, caf::actor_cast<caf::strong_actor_ptr>(made));
            return caf::actor_cast<caf::actor>(made);
          },
          // A disk that failed is not better at the next try: the files are opened anew.
          .restart = {.rule = policies::supervision::restart_rule::on_failure, .failures_max = 1}};
}

} // namespace

void shards_state::map_changed() {
  for (auto& role : members.unknown_roles(*map))
    self->send(directory, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
  for (auto& s : map->shards)
    if (s.id != 0 && running.try_emplace(s.id).second) open(s.id);
  if (!ticking && map->shards.size() > 1) {
    ticking = true;
    self->delayed_send(self, config.spread_interval, tick_atom::value);
  }
}

void shards_state::open(std::uint32_t shard) {
  auto* known = map ? map->find(shard) : nullptr;
  if (!known || running[shard]) return;
  spawn_blocking(*self, *env, opener, shard, config_of(config, *known), caf::actor_cast<caf::actor>(self));
}

void shards_state::opened(std::uint32_t shard, const opened_files& found) {
  auto* known = map ? map->find(shard) : nullptr;
  if (!known) return;
  if (!found.files) {
    spdlog::error("shards: open_failed shard={} error=\"{}\"", shard, found.error);
    self->delayed_send(self, config.reopen_delay, open_atom::value, shard);
    return;
  }
  spdlog::info("shards: member_started shard={}", shard);
  supervisor::supervisor_config c{store_role(shard), {}};
  c.children.push_back(member(env, directory, found.files, config_of(config, *known), shard));
  c.children.push_back({.name = fmt::format("autopilot/{}", shard),
                        .make = [dir = directory, shard](caf::event_based_actor* parent) {
                          store::autopilot_settings settings;
                          settings.shard = shard;
                          return caf::actor(parent->spawn(store::autopilot, dir, settings));
                        }});
  auto& slot = running[shard];
  slot = self->spawn(supervisor::supervisor, std::move(c));
  self->monitor(slot);
}

void shards_state::down(const caf::down_msg& message) {
  std::erase_if(subscribers, [&](auto& s) { return s.address() == message.source; });
  for (auto& [shard, who] : running) {
    if (!who || who.address() != message.source) continue;
    spdlog::error("shards: member_ended shard={} error=\"{}\"", shard, text_of(message.reason));
    who = nullptr;
    self->delayed_send(self, config.reopen_delay, open_atom::value, shard);
  }
}

void shards_state::stop(caf::error why) {
  for (auto& [shard, who] : running)
    if (who) caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
  running.clear();
  self->quit(std::move(why));
}

} // namespace troupe::actors::shards
