#include "tests/actors/gate/fixture.hpp"
#include <random>

namespace troupe::actors::gate {
namespace {

using namespace std::chrono_literals;
struct front_test : gate_fixture {};

TEST_F(front_test, a_node_sees_its_own_pods_come_change_and_go) {
  start();
  put(pods, "a", "mine", on("n1"));
  put(pods, "a", "other", on("n2"));
  put(pods, "a", "unbound");
  auto gate = open("n1");
  worker w(*this, pods);
  w.connect(gate);
  EXPECT_EQ(w.names(), list{"a/mine"});
  put(pods, "a", "unbound", on("n1"));
  EXPECT_EQ(w.names(), (list{"a/mine", "a/unbound"})) << "bound is new to the node";
  put(pods, "a", "other", on("n2", {"x"}));
  auto before = w.changes;
  w.receive();
  EXPECT_EQ(w.changes, before);
  erase(pods, "a", "mine");
  EXPECT_EQ(w.names(), list{"a/unbound"});
  put(pods, "a", "unbound", on("n2"));
  EXPECT_EQ(w.names(), list{});
}

TEST_F(front_test, a_node_sees_secrets_while_its_pods_use_them) {
  start();
  put(secrets, "a", "early");
  put(pods, "a", "p", on("n1", {"early", "late"}));
  auto gate = open("n1");
  worker w(*this, secrets);
  w.connect(gate);
  EXPECT_EQ(w.names(), list{"a/early"});
  put(secrets, "a", "late");
  EXPECT_EQ(w.names(), (list{"a/early", "a/late"}));
  put(secrets, "a", "foreign");
  put(secrets, "b", "early");
  EXPECT_EQ(w.names(), (list{"a/early", "a/late"})) << "what no pod of the node uses stays out of sight";
  put(pods, "a", "q", on("n1", {"foreign"}));
  EXPECT_EQ(w.names(), (list{"a/early", "a/foreign", "a/late"})) << "an older object comes into sight";
  put(secrets, "a", "foreign", R"({"data":{"k":"dg=="}})");
  w.receive();
  EXPECT_TRUE(api::find(w.table.find({"a", "foreign"})->body(), {"data", "k"}));
  put(pods, "a", "other", on("n2", {"early"}));
  erase(pods, "a", "p");
  EXPECT_EQ(w.names(), list{"a/foreign"});
  erase(secrets, "a", "foreign");
  EXPECT_EQ(w.names(), list{});
}

TEST_F(front_test, services_are_for_all) {
  start();
  put(services, "a", "web");
  auto gate = open("n1");
  worker w(*this, services);
  w.connect(gate);
  put(services, "b", "web");
  EXPECT_EQ(w.names(), (list{"a/web", "b/web"}));
}

TEST_F(front_test, a_list_shows_all_that_was_acknowledged_before) {
  start();
  auto gate = open("n1");
  put(secrets, "a", "s");
  auto revision = put(pods, "a", "p", on("n1", {"s"}));
  EXPECT_EQ(names(door(gate, "secrets")), list{"a/s"});
  auto listed = ask<shared<watch_cache::list_result>>(door(gate, "pods"), list_atom::value,
                                                      share(watch_cache::list_query{}));
  ASSERT_TRUE(listed);
  EXPECT_GE((*listed)->revision, revision);
  auto hidden =
      ask<object_handle>(door(gate, "secrets"), read_atom::value, std::string("b"), std::string("s"), std::int64_t{-1});
  ASSERT_TRUE(hidden);
  EXPECT_FALSE(*hidden);
  EXPECT_FALSE(ask<object_handle>(door(gate, "pods"), read_atom::value, std::string("a"), std::string("p"),
                                  std::int64_t{1} << 60));
  EXPECT_EQ(code_of(error), errc::future_revision);
}

TEST_F(front_test, the_loss_of_the_local_cache_ends_watches_until_it_is_back) {
  start();
  put(pods, "a", "p", on("n1"));
  auto gate = open("n1");
  worker w(*this, pods);
  w.connect(gate);
  kill(caf::actor_cast<caf::actor>(caches["pods"]));
  EXPECT_FALSE(names(door(gate, "pods")));
  EXPECT_EQ(code_of(error), errc::unavailable);
  EXPECT_EQ(w.names(), list{"a/p"}) << "a node keeps its pods";
  start_cache(pods);
  put(pods, "a", "q", on("n1"));
  pass(1s);
  EXPECT_EQ(w.names(), (list{"a/p", "a/q"}));
}

TEST_F(front_test, a_source_that_starts_anew_brings_only_what_is_different) {
  start();
  put(secrets, "a", "s");
  put(secrets, "a", "t");
  put(pods, "a", "p", on("n1", {"s"}));
  auto gate = open("n1");
  worker w(*this, secrets);
  w.connect(gate);
  auto before = w.changes;
  kill(caf::actor_cast<caf::actor>(hub));
  put(pods, "a", "q", on("n1", {"t"}));
  hub = own(sys.spawn(references, dir));
  pass(1s);
  EXPECT_EQ(w.names(), (list{"a/s", "a/t"}));
  EXPECT_EQ(w.changes, before + 1);
}

TEST_F(front_test, another_control_plane_node_takes_over_without_a_gap) {
  start();
  put(pods, "a", "p", on("n1"));
  auto first = open("n1"), second = open("n1");
  worker w(*this, pods);
  w.connect(first);
  auto before = w.changes;
  put(pods, "a", "q", on("n1"));
  w.connect(second);
  put(pods, "a", "r", on("n1"));
  EXPECT_EQ(w.names(), (list{"a/p", "a/q", "a/r"}));
  EXPECT_EQ(w.changes, before + 2);
}

/// Whatever happens in whatever order, a node ends up with what its pods use.
TEST_F(front_test, random_changes_leave_what_is_in_use) {
  start();
  auto gate = open("n1");
  worker seen(*this, secrets), bound(*this, pods);
  seen.connect(gate);
  bound.connect(gate);
  std::mt19937 random(3);
  std::map<std::string, std::pair<std::string, std::string>> running; // Pod: node, secret.
  std::set<std::string> stored;
  auto check = [&](int step) {
    std::set<std::string> expected_pods, expected_secrets;
    for (auto& [name, p] : running) {
      if (p.first != "n1") continue;
      expected_pods.insert("a/" + name);
      if (stored.contains(p.second)) expected_secrets.insert("a/" + p.second);
    }
    EXPECT_EQ(bound.names(), list(expected_pods.begin(), expected_pods.end())) << step;
    EXPECT_EQ(seen.names(), list(expected_secrets.begin(), expected_secrets.end())) << step;
    for (auto& [key, object] : seen.table.all()) {
      auto stored_one = ask<object_handle>(caches["secrets"], read_atom::value, key.ns, key.name, std::int64_t{-1});
      ASSERT_TRUE(stored_one && *stored_one) << step;
      EXPECT_EQ(object->revision(), (*stored_one)->revision()) << step;
    }
  };
  for (int step = 0; step < 400; ++step) {
    auto name = std::to_string(random() % 5), secret = "s" + std::to_string(random() % 8);
    switch (random() % 5) {
      case 0:
        put(secrets, "a", secret, R"({"step":)" + std::to_string(step) + "}");
        stored.insert(secret);
        break;
      case 1:
        if (stored.erase(secret)) erase(secrets, "a", secret);
        break;
      case 2:
        if (running.erase(name)) erase(pods, "a", name);
        break;
      default: {
        if (running.contains(name)) break; // References of a bound pod do not change.
        auto node = random() % 2 ? "n1" : "n2";
        put(pods, "a", name, on(node, {secret}));
        running[name] = {node, secret};
      }
    }
    if (random() % 20 == 0) check(step);
  }
  check(400);
}

} // namespace
} // namespace troupe::actors::gate
