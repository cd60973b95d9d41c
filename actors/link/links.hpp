#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/link/door.hpp"
#include "actors/link/interface.hpp"
#include "actors/link/reachable.hpp"
#include <caf/io/scribe.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <functional>
#include <map>

namespace troupe::actors::link {

/// Makes the actors that one worker may reach, with their roles. They get an exit message when its link ends.
using gate_maker =
  std::function<std::vector<std::pair<std::string, caf::strong_actor_ptr>>(const policies::cluster::node_identity&)>;

struct links_config {
  policies::cluster::node_identity self;
  std::string roster_file;  ///< where the nodes are kept for the next start; empty: nowhere
  gate_maker make_gate;     ///< null on workers
  caf::timespan retry_min{std::chrono::milliseconds(100)}, retry_max{std::chrono::seconds(5)};
  /// Between control-plane nodes: voters that do not reach each other can't elect a leader when theirs dies.
  caf::timespan voters_retry_max{std::chrono::milliseconds(500)};
};

struct links_state {
  static inline const char* name = "links";
  using self_pointer = stateful<links_state, links_actor::base>*;
  explicit links_state(self_pointer s) : self(s) {}

  void roster_changed(const shared<roster>& fresh);
  void opened(const net::link::channel_ptr& c, std::uint64_t dialed);
  void dial_failed(const std::string& why, std::uint64_t node);
  void met(std::uint64_t link, const caf::actor& gateway);
  void closed(std::uint64_t link);
  void down(const caf::actor_addr& source);
  void own_role(const std::string& role, const caf::strong_actor_ptr& player);
  void dial(std::uint64_t node);
  [[nodiscard]] std::vector<link_view> views() const;
  void stop();

  struct peer_link {
    std::uint64_t number = 0;
    policies::cluster::node_identity peer;
    net::link::channel_ptr connection;
    std::shared_ptr<reachable> ids;
    caf::actor gateway;              ///< ours, for this peer
    caf::actor other;                ///< the peer's, for us; null before it has said hello
    std::vector<std::pair<std::string, caf::strong_actor_ptr>> gate; ///< of a worker
  };
  struct dialing {
    bool under_way = false;
    std::uint32_t failures = 0;
    std::string error;
  };

  [[nodiscard]] const policies::cluster::node_record* record_of(std::uint64_t node) const;
  [[nodiscard]] peer_link* link_to(std::uint64_t node);
  void connect(peer_link& l, caf::io::scribe_ptr scribe);
  void publish(peer_link& l, caf::io::scribe_ptr scribe);
  void offer_all(peer_link& l);
  void offer(peer_link& l, const std::string& role, const caf::strong_actor_ptr& player);
  void drop(std::uint64_t link, std::string_view why);
  void again(std::uint64_t node);

  self_pointer self;
  links_config config;
  environment_ptr env;
  directory::directory_actor directory;
  std::shared_ptr<door> outside;
  caf::actor basp;
  caf::actor presence; ///< plays "node/<own id>"
  std::shared_ptr<claimed_ids> claims;
  std::optional<random_source> random;
  shared<roster> nodes;
  std::map<std::uint64_t, peer_link> links;   ///< by number
  std::map<std::uint64_t, dialing> dials;     ///< by node
  std::map<std::string, caf::strong_actor_ptr> own; ///< roles of this process
  std::uint64_t last = 0;
};

/// `links(self, env, directory, door, config)`.
links_actor::behavior_type links(links_state::self_pointer self, environment_ptr env,
                                 directory::directory_actor directory, std::shared_ptr<door> outside,
                                 links_config config);

} // namespace troupe::actors::link
