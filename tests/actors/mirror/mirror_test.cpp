#include "actors/mirror/apply.hpp"
#include "actors/mirror/state.hpp"
#include "actors/watch_cache/state.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::mirror {
namespace {

using namespace std::chrono_literals;
const api::group_resource pods{"", "pods"};

struct mirror_test : actor_fixture {
  mirror_actor m;
  api::object_table table;
  std::vector<shared<update>> updates;
  void start() {
    start_store();
    watch_cache::watch_cache_config c;
    c.type = pods;
    own(sys.spawn(watch_cache::watch_cache, c, dir));
    mirror_config config;
    config.type = pods;
    m = own(sys.spawn(mirror, config, dir));
    run();
  }
  void subscribe(std::string node = {}) {
    self->send(caf::actor_cast<caf::actor>(m), watch_atom::value, caf::actor_cast<caf::actor>(self), std::move(node));
    receive_all();
  }
  void receive_all() {
    run();
    bool more = true;
    while (more)
      self->receive([&](changed_atom, shared<update>& u) {
        updates.push_back(u);
        apply(table, *u);
      }, caf::after(0ms) >> [&] { more = false; });
  }
};

TEST_F(mirror_test, a_subscriber_gets_everything_first_and_then_what_changes) {
  start();
  put(pods, "a", "x");
  subscribe();
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_TRUE(updates[0]->replace);
  EXPECT_EQ(table.size(), 1u);
  put(pods, "a", "y");
  erase(pods, "a", "x");
  receive_all();
  EXPECT_FALSE(updates.back()->replace);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_TRUE(table.find({"a", "y"}));
}

TEST_F(mirror_test, a_node_sees_its_own_pods_come_and_go) {
  start();
  put(pods, "a", "x", R"({"spec":{"nodeName":"n2"}})");
  subscribe("n1");
  EXPECT_EQ(table.size(), 0u);
  put(pods, "a", "y", R"({"spec":{}})");
  put(pods, "a", "y", R"({"spec":{"nodeName":"n1"}})");
  receive_all();
  ASSERT_EQ(table.size(), 1u);
  ASSERT_EQ(updates.back()->changes.size(), 1u);
  EXPECT_FALSE(updates.back()->changes[0].before) << "bound is new to the node";
  erase(pods, "a", "y");
  receive_all();
  EXPECT_EQ(table.size(), 0u);
}

TEST_F(mirror_test, a_subscriber_gets_the_difference_when_the_cache_starts_anew) {
  start();
  put(pods, "a", "x");
  put(pods, "a", "y");
  subscribe();
  auto before = updates.size();
  // A store that comes back under the same name, with other contents.
  caf::anon_send_exit(caf::actor_cast<caf::actor>(shard), caf::exit_reason::kill);
  run();
  start_store();
  put(pods, "a", "z");
  pass(1s);
  receive_all();
  EXPECT_GT(updates.size(), before);
  EXPECT_FALSE(table.find({"a", "x"}));
  EXPECT_TRUE(table.find({"a", "z"}));
}

TEST_F(mirror_test, a_subscriber_gets_the_difference_when_another_cache_takes_over) {
  start();
  put(pods, "a", "x");
  put(pods, "a", "y");
  subscribe();
  auto before = updates.size();
  // The cache of another member: the same revisions, behind another handle.
  watch_cache::watch_cache_config c;
  c.type = pods;
  auto other = own(sys.spawn(watch_cache::watch_cache, c, own(sys.spawn(directory::directory))));
  caf::anon_send(caf::actor_cast<caf::actor>(other), peer_atom::value, std::string("store/0"),
                 caf::actor_cast<caf::strong_actor_ptr>(shard));
  run();
  caf::anon_send(dir, offer_atom::value, std::string("watch_cache/pods"),
                 caf::actor_cast<caf::strong_actor_ptr>(other));
  receive_all();
  EXPECT_EQ(updates.size(), before) << "nothing is different";
  put(pods, "a", "z");
  receive_all();
  ASSERT_EQ(updates.size(), before + 1);
  EXPECT_EQ(updates.back()->changes.size(), 1u) << "the watch of the cache before is over";
  EXPECT_EQ(table.size(), 3u);
}

TEST_F(mirror_test, those_who_see_everything_are_told_before_the_nodes) {
  start();
  std::vector<std::string> order;
  auto listen = [&](const char* who) {
    return own(sys.spawn([&order, who](caf::event_based_actor*) -> caf::behavior {
      return {[&order, who](changed_atom, const shared<update>& u) {
        if (!u->replace) order.push_back(who);
      }};
    }));
  };
  auto node = listen("node"), server = listen("server");
  caf::anon_send(caf::actor_cast<caf::actor>(m), watch_atom::value, node, std::string("n1"));
  caf::anon_send(caf::actor_cast<caf::actor>(m), watch_atom::value, server, std::string());
  put(pods, "a", "x", R"({"spec":{"nodeName":"n1"}})");
  run();
  EXPECT_EQ(order, (std::vector<std::string>{"server", "node"}));
}

TEST_F(mirror_test, tells_how_far_it_is_after_what_it_has_sent) {
  start();
  subscribe();
  put(pods, "a", "x");
  auto elsewhere = put({"", "secrets"}, "a", "s");
  auto reached = ask<std::int64_t>(m, read_atom::value, std::int64_t{-1});
  ASSERT_TRUE(reached);
  EXPECT_GE(*reached, elsewhere);
  receive_all();
  EXPECT_TRUE(table.find({"a", "x"}));
  auto before = updates.size();
  EXPECT_EQ(updates.back()->changes.size(), 1u);
  EXPECT_TRUE(ask<std::int64_t>(m, read_atom::value, elsewhere));
  receive_all();
  EXPECT_EQ(updates.size(), before) << "progress alone is no update";
}

} // namespace
} // namespace troupe::actors::mirror
