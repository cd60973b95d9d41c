#include "actors/apiserver/worker.hpp"
#include <caf/actor_cast.hpp>

/// Which shard of the store a type is written to.
namespace troupe::actors::apiserver {

void worker_state::map_changed(const shared<shards::shard_map>& changed) {
  map = changed;
  for (auto& role : members.unknown_roles(*map))
    self->send(directory, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
}

std::uint32_t worker_state::shard_of(const api::group_resource& type) const {
  return map ? policies::cluster::shard_of(*map, type.text()) : 0;
}

store::store_actor worker_state::store_of(const api::group_resource& type) const {
  return members.find(shard_of(type));
}

} // namespace troupe::actors::apiserver
