#pragma once
#include "actors/apiserver/removed_nodes.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/join/interface.hpp"
#include "actors/join/registry.hpp"
#include "actors/shards/interface.hpp"
#include "actors/store/interface.hpp"
#include "net/certificates/certificate.hpp"
#include "policies/joining/failures.hpp"
#include "policies/joining/messages.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <functional>
#include <map>

namespace troupe::actors::join {

struct registrar_config {
  std::uint64_t node_id = 1;                   ///< of this process; its address comes first in join strings
  net::certificates::credential authority;     ///< the cluster's CA
  std::string service_account_key_pem;         ///< for control-plane nodes
  policies::joining::cluster_settings settings;
  std::string program;                         ///< version
  std::chrono::seconds certificate_life{std::chrono::hours(24 * 365)};
  std::shared_ptr<apiserver::removed_nodes> removed; ///< kept by this actor; null: nobody needs it
  caf::timespan timeout{std::chrono::seconds(5)};
  /// From the removal of a record to that of the Node: until then all links to the node are cut, and its kubelet can
  /// not make the object again.
  caf::timespan removal_delay{std::chrono::milliseconds(300)};
};

struct registrar_state {
  static inline const char* name = "registrar";
  using self_pointer = stateful<registrar_state, registrar_actor::base>*;
  explicit registrar_state(self_pointer s) : self(s) {}

  /// One question in progress: read the registry, decide, write; from the start again if somebody else was faster.
  struct job {
    question what;
    std::function<void(answer)> done; ///< to be called once
    int attempts = 0;
    std::function<void(const std::shared_ptr<job>&, const registry&)> decide;
  };
  using job_ptr = std::shared_ptr<job>;
  using decision = std::function<void(const job_ptr&, const registry&)>;

  // registrar.cpp
  void ask(const question& q, std::function<void(answer)> done);
  void start(const job_ptr& j, decision decide);
  void load(const job_ptr& j);
  void commit(const job_ptr& j, store::mvcc::txn_request txn, std::function<void()> then);
  void peer_changed(const std::string& role, const caf::strong_actor_ptr& player);
  [[nodiscard]] std::int64_t now() const;

  // members.cpp
  void authority(const job_ptr& j);
  void join(const job_ptr& j);
  void judge_join(const job_ptr& j, const policies::joining::join_request& r, const registry& all);
  void renew(const job_ptr& j);
  void judge_renewal(const job_ptr& j, const policies::joining::renew_request& r, const registry& all);
  [[nodiscard]] api::result<std::string> sign(const policies::cluster::node_record& node,
                                              const net::certificates::key& holder) const;

  // tokens.cpp
  void list_tokens(const job_ptr& j, const registry& all);
  void create_token(const job_ptr& j);
  void make_token(const job_ptr& j, const policies::joining::token_wish& wish, const registry& all);
  void delete_token(const job_ptr& j, const std::string& id);

  // store.cpp
  void show_store(const job_ptr& j, const registry& all);
  void transfer_leadership(const job_ptr& j, const registry& all);

  // check.cpp
  void check_store(const job_ptr& j, const registry& all);
  using on_sum = std::function<void(const caf::expected<shared<store::command_response>>&)>;
  void sum_up(std::uint32_t shard, std::uint64_t member, std::int64_t revision, on_sum then);

  // shards.cpp
  void ask_shards(const job_ptr& j);
  void show_shards(const job_ptr& j);
  using map_change =
    std::function<tl::expected<policies::cluster::shard_map, std::string>(policies::cluster::shard_map)>;
  void change_shards(const job_ptr& j, map_change change);

  // nodes.cpp
  void list_nodes(const job_ptr& j, const registry& all);
  void remove_node(const job_ptr& j, const std::string& node);
  void roster_changed(const roster& nodes);
  void nodes_changed(const mirror::update& update);
  /// The API objects of a node that is a member no more.
  void remove_objects(const std::string& node);

  self_pointer self;
  registrar_config config;
  environment_ptr env;
  net::certificates::random_source random;
  directory::directory_actor directory;
  store::store_actor store;           ///< null while there is none
  shards::shards_actor shards;        ///< null while there is none
  apiserver::apiserver_actor api;     ///< null while there is none
  apiserver::extension_actor inspector; ///< answers what is below "inspect/"; null while there is none
  policies::joining::failure_limit failures;
  std::multimap<std::string, std::function<void(answer)>> removals; ///< who waits for the end of a node's objects
};

[[nodiscard]] answer refusal(const api::status& s);
[[nodiscard]] answer refusal(const caf::error& e);

/// `registrar(self, env, directory, config, random)`.
registrar_actor::behavior_type registrar(registrar_state::self_pointer self, environment_ptr env,
                                         directory::directory_actor directory, registrar_config config,
                                         net::certificates::random_source random);

} // namespace troupe::actors::join
