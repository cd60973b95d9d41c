#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "policies/cluster/node_record.hpp"
#include <deque>
#include <map>
#include <optional>
#include <set>

namespace troupe::actors::cluster {

struct api_endpoints_config {
  std::uint64_t node_id = 1;  ///< of this node, which serves as long as this runs
  /// A process that is not there is left out after this time; one that has not been seen yet, after the longer one.
  caf::timespan missing_limit{std::chrono::seconds(1)}, unseen_limit{std::chrono::seconds(10)};
  caf::timespan call_timeout{std::chrono::seconds(5)}, retry_delay{std::chrono::seconds(1)},
    retry_delay_max{std::chrono::seconds(30)};
};

struct api_endpoints_state {
  static inline const char* name = "api_endpoints";
  using self_pointer = stateful<api_endpoints_state>*;
  explicit api_endpoints_state(self_pointer s) : self(s) {}

  void peer(const std::string& role, const caf::strong_actor_ptr& player);
  void roster(const std::vector<policies::cluster::node_record>& nodes);
  /// Compares what should be with what is, and writes the difference.
  void reconcile();
  void read();
  void plan(const apiserver::reply& endpoints, const apiserver::reply& slices);
  void write_next();
  void ended(bool good);
  void later(caf::timespan after);
  void arm_missing();

  self_pointer self;
  directory::directory_actor directory;
  api_endpoints_config config;
  apiserver::apiserver_actor api;
  std::map<std::uint64_t, policies::cluster::node_record> nodes; ///< those that serve the API
  std::set<std::uint64_t> watched;
  std::map<std::uint64_t, std::chrono::steady_clock::time_point> missing; ///< node and when it is left out
  std::deque<shared<apiserver::call>> calls;
  bool busy = false, again = false;
  caf::timespan retry_delay{0};
  std::optional<std::chrono::steady_clock::time_point> armed; ///< when the newest timer fires
  std::uint64_t timer = 0; ///< number of the newest timer; others are void
};

/// `api_endpoints(self, directory, config)`: keeps the endpoints of the service `kubernetes` like the API servers whose
/// processes live. Runs once in a cluster.
caf::behavior api_endpoints(api_endpoints_state::self_pointer self, directory::directory_actor directory,
                            api_endpoints_config config);

} // namespace troupe::actors::cluster
