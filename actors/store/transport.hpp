#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/store/peer.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <map>

namespace troupe::actors::store {

/// Carries a member's messages to the others, which it finds by their directory roles (`member_role`), and tells the
/// member who can be reached.
using transport_actor = peer_actor::extend<
  /// From the member: whom to tell.
  caf::reacts_to<open_atom, peer_listener_actor>,
  /// From the directory.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>>;

struct transport_state {
  static inline const char* name = "store_transport";
  using self_pointer = stateful<transport_state, transport_actor::base>*;
  explicit transport_state(self_pointer s) : self(s) {}

  void carry(const shared<storage::raft::envelope>& message);
  void member(const peer_listener_actor& who);
  void changed(const std::string& role, const caf::strong_actor_ptr& player);

  self_pointer self;
  directory::directory_actor directory;
  std::uint32_t shard = 0;
  caf::actor_addr own;                          ///< weak: the member holds this actor
  std::map<std::uint64_t, member_actor> others; ///< null: watched, but not there now
};

/// "store/<shard>/member/<id>".
[[nodiscard]] std::string member_role(std::uint32_t shard, std::uint64_t id);

/// `transport(self, directory, shard)`. Spawned before its member, for the whole life of the process.
transport_actor::behavior_type transport(transport_state::self_pointer self, directory::directory_actor directory,
                                         std::uint32_t shard);

} // namespace troupe::actors::store
