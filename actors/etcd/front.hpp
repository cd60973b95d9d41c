#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/etcd/interface.hpp"
#include "actors/etcd/keyspace.hpp"
#include "actors/etcd/responses.hpp"
#include "actors/store/groups.hpp"
#include "net/etcd/space_quota.hpp"
#include <caf/typed_event_based_actor.hpp>

namespace troupe::actors::etcd {

struct front_config {
  std::uint64_t cluster_id = 1, member_id = 1;
  std::string name = "default";
  std::vector<std::string> client_urls;
  /// The store belongs to a cluster: its members are nodes, which tell their names and addresses themselves, and
  /// `member_id` is the id of this node. False: it is its only member, which is told of by the fields above.
  bool clustered = false;
  keyspace keys; ///< of the clients
  int operations_max = 128;                   ///< of a transaction
  std::size_t request_bytes_max = 1536 << 10; ///< also the size of a watch fragment
  /// Shared by all fronts of the store; never null.
  std::shared_ptr<net::etcd::space_quota> quota = std::make_shared<net::etcd::space_quota>(0);
  std::chrono::milliseconds request_timeout{7000};
  std::chrono::milliseconds progress_interval{600'000}; ///< quiet watches that want it are told the revision
};

class front;

struct front_state {
  static inline const char* name = "etcd_front";
  front_state();
  ~front_state();
  std::unique_ptr<front> core;
};

/// Ends with the store.
front_actor::behavior_type etcd_front(stateful<front_state, front_actor::base>* self, store::local_store_actor store,
                                      environment_ptr environment, front_config config);

/// Translates calls and asks the store.
class front {
public:
  using pointer = stateful<front_state, front_actor::base>*;
  front(pointer self, store::local_store_actor store, environment_ptr environment, front_config config);

  void take(const incoming& m);
  void take(const arrived& m);
  void open(const opened& m);
  void tick();

private:
  void handle(const net::etcd::range_call& c);
  void handle(const net::etcd::put_call& c);
  void handle(const net::etcd::delete_range_call& c);
  void handle(const net::etcd::txn_call& c);
  void handle(const net::etcd::compact_call& c);
  void handle(const net::etcd::lease_grant_call& c);
  void handle(const net::etcd::lease_revoke_call& c);
  void handle(const net::etcd::lease_time_to_live_call& c);
  void handle(const net::etcd::lease_leases_call& c);
  void handle(const net::etcd::member_list_call& c);
  void handle(const net::etcd::alarm_call& c);
  void handle(const net::etcd::status_call& c);
  void handle(const net::etcd::defragment_call& c);
  void handle(const net::etcd::hash_call& c);
  void handle(const net::etcd::hash_kv_call& c);
  void handle(const net::etcd::move_leader_call& c);

  /// Asks the store within the client's deadline; `fill` completes the response.
  template <class Answer, class Call, class Tag, class Fill, class... Body>
  void ask(const Call& c, Tag tag, Fill fill, Body... body);
  template <class Call> void change(const Call& c);
  /// Sends what was gathered to the store (gathering.cpp).
  void flush();
  template <class Group> void ask(Group& group, std::vector<net::etcd::any_call>& calls);
  void answered(const net::etcd::any_call& c, const caf::message& answer);
  template <class Call, class Fill> void command(const Call& c, store::command_request r, Fill fill);
  /// Takes the size of the store down; whether it has become too large is known afterwards.
  void measured(const store::store_status& s);
  /// Header and end.
  template <class Call> void finish(const Call& c, mvcc::revision at);

  pointer self_;
  store::local_store_actor store_;
  environment_ptr environment_;
  front_config config_;
  identity who_;
  store::write_group writes_; ///< gathered for one message to the store
  store::read_group reads_;
  std::vector<net::etcd::any_call> writers_, readers_; ///< whose requests these are
};

} // namespace troupe::actors::etcd
