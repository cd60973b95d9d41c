#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/environment.hpp"
#include "actors/cluster/control_plane.hpp"
#include "actors/cluster/node.hpp"
#include "actors/directory/interface.hpp"
#include "actors/directory/roster.hpp"
#include "actors/simulation/network.hpp"
#include "actors/simulation/node_network.hpp"
#include "actors/store/shard_files.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace troupe::actors::simulation {

/// What one simulated process is told.
struct host_config {
  cluster::cluster_config cluster;     ///< `runtime` is hollow; `data_dir` is not used
  roster nodes;                        ///< known from the start, as a restarted node finds them in its file
  std::uint64_t seed = 0;
  std::uint32_t process_number = 0;    ///< another for each process of a simulation, restarted ones too
  api::time_point start;               ///< of virtual time
  network::moment now{0}, skew{0};     ///< since then; and what the wall clock is wrong by
  std::shared_ptr<store::shard_files> files; ///< of a control-plane node; outlives the process
  store::store_config store;
};

/// One process of the cluster, made of the same actors as `troupe` makes it of, in an actor system of its own under
/// CAF's deterministic scheduler. What is replaced: clock, chance, disk, the sockets of the link; and there is no HTTP
/// server, clients hand their calls to the API server's actors.
class host {
public:
  host(network& wires, host_config config);
  /// Kills every actor at once: nothing of what they had under way is done.
  ~host();
  host(const host&) = delete;
  host& operator=(const host&) = delete;

  [[nodiscard]] std::uint64_t id() const noexcept { return config_.cluster.node_id; }
  [[nodiscard]] const std::string& name() const noexcept { return config_.cluster.node_name; }
  [[nodiscard]] bool control_plane() const noexcept { return config_.cluster.control_plane; }
  /// The cluster's own objects were found or made here.
  [[nodiscard]] bool ready() const noexcept { return ready_; }

  /// The cluster's part of it has given up; a real process ends then.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Some actor has something to do, and is not held back by being slow.
  [[nodiscard]] bool busy() const;
  /// Actors of that name need so long for each message; 0: no longer than others. Nothing is done in that time.
  void slow(const std::string& actor, network::moment each);
  /// Lets an actor, chosen by chance, handle one message; a number that tells which one and what.
  std::uint64_t turn(policies::chaos::chance& c);
  /// Lets the network layer handle what it has. False: it had nothing.
  bool turn_network();
  /// Moves the clock; timers that are due become messages.
  void advance(network::moment to);

  [[nodiscard]] caf::actor_system& system() noexcept { return *system_; }
  [[nodiscard]] const directory::directory_actor& directory() const noexcept { return directory_; }
  [[nodiscard]] const process_ptr& port() const noexcept { return port_; }
  [[nodiscard]] store::shard_files* files() const noexcept { return config_.files.get(); }
  void skew(network::moment by) noexcept { *skew_ = by; }
  /// What proxy and DNS of a worker have made of the cluster's services; empty on others.
  [[nodiscard]] const network_view& services() const noexcept { return *services_; }

  /// Asks the API server of this process; `done` runs with the answer, or null when there was none in `limit` or the
  /// process ended before.
  void call(shared<apiserver::call> what, caf::timespan limit, std::function<void(const apiserver::reply*)> done);

private:
  struct system_config : caf::actor_system_config {
    system_config();
  };
  void spawn_links();
  void spawn_cluster();
  void kill_all();

  host_config config_;
  network& network_;
  system_config settings_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  std::shared_ptr<network::moment> skew_;
  environment_ptr env_;
  process_ptr port_;
  std::shared_ptr<network_door> door_;
  std::shared_ptr<apiserver::entrance> entrance_ = std::make_shared<apiserver::entrance>();
  directory::directory_actor directory_;
  caf::actor root_; ///< the supervisor of everything; whom nobody holds ends
  std::shared_ptr<network_view> services_ = std::make_shared<network_view>();
  /// Actors that are at work on their last message, and until when.
  struct slowness {
    network::moment each{0};
    std::map<caf::actor_id, network::moment> until;
  };
  [[nodiscard]] bool held_back(caf::resumable* job) const;
  std::map<std::string, slowness, std::less<>> slow_; ///< by name
  network::moment now_{0};
  bool ready_ = false, ended_ = false;
};

} // namespace troupe::actors::simulation
