#include "actors/shards/shards.hpp"
#include <caf/actor_cast.hpp>

namespace troupe::actors::shards {

shards_shell::behavior_type shards(shards_state::self_pointer self, environment_ptr env,
                                   directory::directory_actor directory, shards_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.config = std::move(config);
  s.directory = directory;
  self->set_down_handler([=](caf::down_msg& down) { self->state.down(down); });
  self->set_exit_handler([=](caf::exit_msg& m) { self->state.stop(std::move(m.reason)); });
  for (auto& role : s.members.unknown_roles(shard_map{}))
    self->send(directory, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
  self->send(directory, offer_atom::value, std::string(shards_role), caf::actor_cast<caf::strong_actor_ptr>(self));
  return {
    [=](watch_atom, const caf::actor& subscriber) { self->state.subscribe(subscriber); },
    [=](read_atom) { return self->state.confirm(); },
    [=](status_atom) { return self->state.status(); },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      self->state.peer_changed(role, player);
    },
    [=](event_atom, const shared<store::event_batch>& batch) { self->state.events(*batch); },
    [=](open_atom, std::uint32_t shard, const opened_files& found) { self->state.opened(shard, found); },
    [=](retry_atom, std::uint64_t of) {
      if (of == self->state.watch && self->state.members.find(0)) self->state.load();
    },
    [=](open_atom, std::uint32_t shard) { self->state.open(shard); },
    [=](tick_atom) { self->state.look_after_leaders(); },
  };
}

} // namespace troupe::actors::shards
