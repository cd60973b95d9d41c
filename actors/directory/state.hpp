#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <map>
#include <vector>

namespace troupe::actors::directory {

struct directory_state {
  static inline const char* name = "directory";
  using self_pointer = stateful<directory_state, directory_actor::base>*;
  explicit directory_state(self_pointer s) : self(s) {}

  void offer(const std::string& role, const caf::strong_actor_ptr& player);
  void offer_of(std::uint64_t node, const std::string& role, const caf::strong_actor_ptr& player);
  void node_gone(std::uint64_t node);
  caf::result<caf::strong_actor_ptr> lookup(const std::string& role);
  void watch(const std::string& role, const caf::actor& subscriber);
  void watch_own(const caf::actor& subscriber);
  void down(const caf::actor_addr& source);
  void give_up(const std::string& role, std::uint64_t ticket);

  struct waiter {
    std::uint64_t ticket;
    caf::typed_response_promise<caf::strong_actor_ptr> promise;
  };
  struct entry {
    caf::strong_actor_ptr own;          ///< of this process; null if it does not play the role
    std::map<std::uint64_t, caf::strong_actor_ptr> others; ///< by node
    caf::strong_actor_ptr player;       ///< the one that is told; null while nobody plays the role
    std::vector<caf::actor> subscribers;
    std::vector<waiter> waiting;        ///< empty while there is a player
  };
  void choose(const std::string& role, entry& e);
  void tell_own(const std::string& role, const entry& e);

  self_pointer self;
  std::map<std::string, entry> roles;
  std::vector<caf::actor> exporters; ///< subscribers of all own roles
  std::uint64_t tickets = 0;
};

} // namespace troupe::actors::directory
