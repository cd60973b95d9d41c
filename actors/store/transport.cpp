#include "actors/store/transport.hpp"
#include "storage/raft/messages.hpp"
#include <caf/actor_cast.hpp>
#include <charconv>
#include <fmt/format.h>

namespace troupe::actors::store {

void transport_state::carry(const shared<storage::raft::envelope>& message) {
  if (!message) return;
  auto id = message->to.value;
  auto [at, fresh] = others.try_emplace(id);
  if (fresh) self->send(directory, watch_atom::value, member_role(shard, id), caf::actor_cast<caf::actor>(self));
  if (at->second) self->send(at->second, peer_atom::value, message);
}

void transport_state::member(const peer_listener_actor& who) {
  own = caf::actor_cast<caf::actor_addr>(who);
  for (auto& [id, where] : others)
    if (where) self->send(who, peer_atom::value, id, where);
}

void transport_state::changed(const std::string& role, const caf::strong_actor_ptr& player) {
  auto prefix = member_role(shard, 0);
  prefix.pop_back();
  std::uint64_t id = 0;
  std::from_chars(role.data() + prefix.size(), role.data() + role.size(), id);
  auto& where = others[id];
  where = caf::actor_cast<member_actor>(player);
  if (auto member = caf::actor_cast<peer_listener_actor>(own)) self->send(member, peer_atom::value, id, where);
}

std::string member_role(std::uint32_t shard, std::uint64_t id) { return fmt::format("store/{}/member/{}", shard, id); }

transport_actor::behavior_type transport(transport_state::self_pointer self, directory::directory_actor directory,
                                         std::uint32_t shard) {
  self->state.shard = shard;
  self->state.directory = std::move(directory);
  return {
    [=](peer_atom, const shared<storage::raft::envelope>& message) { self->state.carry(message); },
    [=](open_atom, const peer_listener_actor& who) { self->state.member(who); },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) { self->state.changed(role, player); },
  };
}

} // namespace troupe::actors::store
