#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/directory/roster.hpp"
#include "actors/mirror/interface.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "policies/cluster/node_record.hpp"
#include "policies/election/elector.hpp"
#include <map>

namespace troupe::actors::election {

struct election_config {
  policies::election::elector_config rules; ///< with the Lease's name and this node's name
  apiserver::user who;                      ///< writes the Lease
  std::uint64_t node_id = 1;                ///< of this node
  /// What runs only here while this process holds the Lease, in start order.
  std::vector<supervisor::child_spec> children;
  caf::timespan call_timeout{std::chrono::seconds(3)};
  /// At the end the Lease is given back within this time, or not.
  caf::timespan release_timeout{std::chrono::seconds(1)};
};

struct election_state {
  static inline const char* name = "election";
  using self_pointer = stateful<election_state>*;
  explicit election_state(self_pointer s) : self(s) {}

  // What happens around it.
  void changed(const mirror::update& u);
  void roster(const std::vector<policies::cluster::node_record>& nodes);
  void peer(const std::string& role, const caf::strong_actor_ptr& player);
  void group_down(const caf::down_msg& msg);
  void stop();
  void resign();

  /// Asks the elector and does what it says.
  void turn();
  void write(policies::election::election_step step);
  void arm(policies::election::instant at);
  void follow_elector();

  self_pointer self;
  environment_ptr env;
  directory::directory_actor directory;
  election_config config;
  std::optional<policies::election::elector> elector;
  apiserver::apiserver_actor api;
  std::map<std::uint64_t, std::string> peers; ///< the other control-plane nodes: id and name
  std::set<std::uint64_t> watched;            ///< whose role node/<id> is watched
  std::set<std::uint64_t> present;            ///< of these: whose process is there
  caf::actor group;                           ///< supervisor of the children; null while they do not run
  bool group_ends = false;                    ///< it has been told to stop
  bool stopping = false;                      ///< this actor has been told to stop
  std::uint64_t timer = 0;                    ///< of the newest timer; older ones do nothing
};

/// `election(self, env, directory, config)`: runs the children while this node holds the Lease `kube-system/<name>`.
/// Follows mirror/leases.coordination.k8s.io, the roster and the processes of the other control-plane nodes. On an exit
/// request ends the children, then gives the Lease back, then quits.
caf::behavior election(election_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                       election_config config);

} // namespace troupe::actors::election
