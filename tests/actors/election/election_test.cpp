#include "actors/election/election.hpp"
#include "policies/election/lease.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::election {
namespace {

using namespace std::chrono_literals;

struct worker_state {
  static inline const char* name = "singleton";
};
struct process_state {
  static inline const char* name = "process";
};

/// An API server that can be made deaf for one candidate: the cut between its node and the store.
struct door_state {
  static inline const char* name = "door";
};

class election_test : public api_fixture {
public:
  /// A node: what it sees of the world goes through a directory of its own.
  struct node {
    std::uint64_t id = 0;
    std::string name;
    directory::directory_actor dir;
    caf::actor election;
    int running = 0, starts = 0;
    bool cut = false;
  };

  void start() {
    start_api();
    EXPECT_EQ(call(apiserver::create(apiserver::admin(), namespaces,
                                     object(R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"kube-system"}})")))
                  .code,
              201);
    mirror = *ask<caf::strong_actor_ptr>(dir, lookup_atom::value, std::string("mirror/leases.coordination.k8s.io"));
  }
  ~election_test() override { mirror = nullptr; }

  node& add(std::uint64_t id) {
    auto& n = *nodes.emplace_back(std::make_unique<node>());
    n.id = id;
    n.name = "n" + std::to_string(id);
    n.dir = own(sys.spawn(directory::directory));
    auto door = own(sys.spawn([this, &n](stateful<door_state, apiserver::apiserver_actor::base>* door_self)
                                  -> apiserver::apiserver_actor::behavior_type {
      return {[this, &n, door_self](call_atom, const apiserver::call_ptr& c) -> caf::result<shared<apiserver::reply>> {
        if (n.cut) return door_self->make_response_promise<shared<apiserver::reply>>();
        return door_self->delegate(api, call_atom::value, c);
      }};
    }));
    caf::anon_send(n.dir, offer_atom::value, std::string("apiserver"), caf::actor_cast<caf::strong_actor_ptr>(door));
    caf::anon_send(n.dir, offer_atom::value, std::string("mirror/leases.coordination.k8s.io"), mirror);
    elect(n);
    return n;
  }
  void elect(node& n) {
    election_config config;
    config.rules.lease = "kube-scheduler";
    config.rules.identity = n.name;
    config.node_id = n.id;
    config.who = apiserver::component("system:kube-scheduler");
    config.children.push_back({.name = "singleton", .make = [&n](caf::event_based_actor* parent) {
      auto child = parent->spawn([&n](stateful<worker_state>* child_self) -> caf::behavior {
        ++n.running;
        ++n.starts;
        child_self->attach_functor([&n](const caf::error&) { --n.running; });
        return {[](tick_atom) {}};
      });
      return caf::actor_cast<caf::actor>(child);
    }});
    n.election = own(caf::actor(sys.spawn(election, env, n.dir, config)));
  }
  /// All candidates know of each other and of their processes.
  void meet() {
    std::vector<policies::cluster::node_record> records;
    for (auto& n : nodes) {
      records.emplace_back();
      records.back().id = n->id;
      records.back().name = n->name;
      records.back().control_plane = true;
    }
    for (auto& n : nodes) caf::anon_send(n->election, roster_atom::value, share(records));
    run();
    for (auto& seen : nodes) {
      processes[seen->id] = own(caf::actor(sys.spawn([](stateful<process_state>*) -> caf::behavior {
        return {[](tick_atom) {}};
      })));
      for (auto& by : nodes)
        if (by != seen)
          caf::anon_send(by->dir, offer_atom::value, "node/" + std::to_string(seen->id),
                         caf::actor_cast<caf::strong_actor_ptr>(processes[seen->id]));
    }
    run();
  }
  void kill(node& n) {
    caf::anon_send_exit(n.election, caf::exit_reason::kill);
    caf::anon_send_exit(processes[n.id], caf::exit_reason::kill);
    n.cut = true;
    run();
  }
  policies::election::lease_record lease() {
    auto r = call(apiserver::get(apiserver::admin(), leases, {"kube-system", "kube-scheduler"}));
    EXPECT_EQ(r.code, 200);
    return r.ok() ? policies::election::record_of(*r.object) : policies::election::lease_record{};
  }

  const apiserver::resource_path leases{"coordination.k8s.io", "v1", "leases"};
  caf::strong_actor_ptr mirror;
  std::vector<std::unique_ptr<node>> nodes;
  std::map<std::uint64_t, caf::actor> processes;
};

TEST_F(election_test, one_of_two_runs_the_singleton_and_keeps_it) {
  start();
  auto& a = add(1);
  pass(100ms);
  EXPECT_EQ(a.running, 1);
  auto& b = add(2);
  meet();
  pass(1min);
  EXPECT_EQ(a.running, 1);
  EXPECT_EQ(a.starts, 1);
  EXPECT_EQ(b.starts, 0);
  EXPECT_EQ(lease().holder, "n1");
  EXPECT_EQ(lease().transitions, 0);
}

TEST_F(election_test, waits_for_its_namespace_no_longer_than_needed) {
  start_api();
  mirror = *ask<caf::strong_actor_ptr>(dir, lookup_atom::value, std::string("mirror/leases.coordination.k8s.io"));
  auto& a = add(1);
  pass(60ms);
  EXPECT_EQ(a.running, 0);
  call(apiserver::create(apiserver::admin(), namespaces,
                         object(R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"kube-system"}})")));
  pass(100ms);
  EXPECT_EQ(a.running, 1);
}

TEST_F(election_test, the_end_of_the_holders_process_moves_the_singleton_in_less_than_a_second) {
  start();
  auto& a = add(1);
  pass(100ms);
  auto& b = add(2);
  meet();
  pass(20s);
  kill(a);
  pass(400ms);
  EXPECT_EQ(b.running, 0);
  pass(200ms);
  EXPECT_EQ(b.running, 1);
  EXPECT_EQ(lease().holder, "n2");
  EXPECT_EQ(lease().transitions, 1);
}

TEST_F(election_test, a_holder_that_lives_behind_a_cut_link_keeps_the_singleton) {
  start();
  auto& a = add(1);
  pass(100ms);
  auto& b = add(2);
  meet();
  pass(3s);
  // Both lose sight of the other's process; the store is still there for both.
  for (auto& [id, process] : processes) caf::anon_send_exit(process, caf::exit_reason::kill);
  pass(1min);
  EXPECT_EQ(a.running, 1);
  EXPECT_EQ(a.starts, 1);
  EXPECT_EQ(b.starts, 0);
}

TEST_F(election_test, a_holder_without_the_store_stops_before_another_starts) {
  start();
  auto& a = add(1);
  pass(100ms);
  auto& b = add(2);
  meet();
  a.cut = true;
  bool both = false, stopped = false;
  for (int i = 0; i < 3000 && !b.running; ++i) {
    pass(10ms);
    both |= a.running && b.running;
    stopped |= !a.running;
  }
  EXPECT_FALSE(both);
  EXPECT_TRUE(stopped);
  EXPECT_EQ(b.running, 1);
  a.cut = false;
  pass(1min);
  EXPECT_EQ(a.running, 0) << "it comes back as a candidate";
  EXPECT_EQ(b.running, 1);
}

TEST_F(election_test, a_clean_end_hands_the_singleton_over_at_once) {
  start();
  auto& a = add(1);
  pass(100ms);
  auto& b = add(2);
  meet();
  caf::anon_send_exit(a.election, caf::exit_reason::user_shutdown);
  pass(50ms);
  EXPECT_EQ(a.running, 0);
  EXPECT_EQ(b.running, 1);
  EXPECT_EQ(lease().transitions, 1);
}

TEST_F(election_test, the_last_one_leaves_the_lease_free) {
  start();
  auto& a = add(1);
  pass(100ms);
  caf::anon_send_exit(a.election, caf::exit_reason::user_shutdown);
  pass(50ms);
  EXPECT_EQ(a.running, 0);
  EXPECT_EQ(lease().holder, "");
}

TEST_F(election_test, an_end_without_the_store_does_not_take_long) {
  start();
  auto& a = add(1);
  pass(100ms);
  a.cut = true;
  bool ended = false;
  a.election->attach_functor([&](const caf::error&) { ended = true; });
  caf::anon_send_exit(a.election, caf::exit_reason::user_shutdown);
  pass(1100ms);
  EXPECT_EQ(a.running, 0);
  EXPECT_TRUE(ended);
}

TEST_F(election_test, a_node_that_is_started_again_takes_its_own_lease_at_once) {
  start();
  auto& a = add(1);
  pass(100ms);
  caf::anon_send_exit(a.election, caf::exit_reason::kill);
  pass(50ms);
  elect(a);
  pass(50ms);
  EXPECT_EQ(a.running, 1);
  EXPECT_EQ(lease().transitions, 0);
}

TEST_F(election_test, renews_once_in_five_seconds) {
  start();
  add(1);
  pass(1s);
  auto before = call(apiserver::get(apiserver::admin(), leases, {"kube-system", "kube-scheduler"})).object->revision();
  pass(50s);
  auto after = call(apiserver::get(apiserver::admin(), leases, {"kube-system", "kube-scheduler"})).object->revision();
  EXPECT_EQ(after - before, 10) << "nobody else writes";
}

} // namespace
} // namespace troupe::actors::election
