#include "actors/watch_cache/state.hpp"
#include <caf/actor_cast.hpp>

namespace troupe::actors::watch_cache {

watch_cache_shell::behavior_type watch_cache(watch_cache_state::self_pointer self, watch_cache_config config,
                                             directory::directory_actor directory) {
  auto& s = self->state;
  s.data = history(config.type, config.history_capacity);
  s.config = std::move(config);
  s.directory = directory;
  self->set_down_handler([=](caf::down_msg& down) { self->state.down(down.source); });
  auto me = caf::actor_cast<caf::actor>(self);
  s.placed = !s.config.sharded;
  for (auto& role : s.members.unknown_roles(shards::shard_map{})) self->send(directory, watch_atom::value, role, me);
  if (s.config.sharded) self->send(directory, watch_atom::value, std::string(shards::shards_role), me);
  return {
    [=](read_atom, const std::string& ns, const std::string& name, std::int64_t at_least) {
      return self->state.read({ns, name}, at_least);
    },
    [=](list_atom, const shared<list_query>& query) { return self->state.list(query); },
    [=](watch_atom, const shared<watch_query>& query, const caf::actor& subscriber) {
      return self->state.watch(*query, subscriber);
    },
    [=](cancel_atom, std::uint64_t id, const caf::actor& subscriber) { self->state.cancel(id, subscriber.address()); },
    [=](credit_atom, std::uint64_t id, const caf::actor& subscriber, std::uint32_t batches) {
      self->state.credit(id, subscriber.address(), batches);
    },
    [=](event_atom, const shared<store::event_batch>& batch) { self->state.events(*batch); },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      self->state.peer_changed(role, player);
    },
    [=](tick_atom) { self->state.tick(); },
    [=](changed_atom, const shared<shards::shard_map>& map) { self->state.map_changed(map); },
    [=](retry_atom, std::uint64_t of) { self->state.retry(of); },
  };
}

} // namespace troupe::actors::watch_cache
