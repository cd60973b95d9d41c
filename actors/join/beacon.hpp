#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/directory/roster.hpp"
#include "actors/join/registry.hpp"
#include "actors/store/interface.hpp"
#include "net/certificates/random.hpp"
#include <caf/event_based_actor.hpp>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::actors::join {

struct beacon_config {
  std::uint64_t node_id = 1;              ///< of this process; its address comes first in answers
  std::string token_id, token_secret;     ///< with which nodes join that have found the cluster
  caf::timespan timeout{std::chrono::seconds(5)}, retry_delay{std::chrono::seconds(1)};
};

/// Takes where API servers are, the own one first.
using address_publisher = std::function<void(std::vector<std::string>)>;
/// Begins to listen; the error is a sentence.
using beacon_starter = std::function<tl::expected<address_publisher, std::string>()>;

struct beacon_state {
  static inline const char* name = "beacon";
  using self_pointer = stateful<beacon_state>*;
  explicit beacon_state(self_pointer s) : self(s) {}

  void peer(const std::string& role, const caf::strong_actor_ptr& player);
  void roster_changed(const roster& nodes);
  /// The next step to a beacon that answers: the token, then the socket.
  void go_on();
  void make_token(const registry& all);
  void token_made(bool made);
  void tell();
  void retry();

  self_pointer self;
  beacon_config config;
  environment_ptr env;
  net::certificates::random_source random;
  beacon_starter start;
  store::store_actor store;           ///< null while there is none
  bool token_there = false;           ///< nobody is told of a cluster that would not let him in
  address_publisher publish;          ///< null while nothing listens
  std::vector<std::string> addresses; ///< of API servers
  std::uint64_t attempt = 0;          ///< number of the newest; what older ones hear is void
};

/// `beacon(self, env, directory, config, random, start)`: lets the nodes that know the secret find the cluster. One on
/// each control-plane node that was given the secret; they share nothing but the token in the store, which whoever
/// comes first makes. It lets in workers, any number, for ever; who deletes it has it back at the next start.
caf::behavior beacon(beacon_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                     beacon_config config, net::certificates::random_source random, beacon_starter start);

} // namespace troupe::actors::join
