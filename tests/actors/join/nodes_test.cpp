#include "tests/actors/join/fixture.hpp"

namespace troupe::actors::join {
namespace {

struct nodes_test : join_fixture {
  std::vector<std::string> names() {
    std::vector<std::string> out;
    auto list = api::json::parse(as_master("GET", "nodes").body);
    for (auto& n : *api::array_at(list, {"items"})) out.emplace_back(api::string_at(n, {"name"}));
    return out;
  }
};

TEST_F(nodes_test, a_removed_node_leaves_with_its_objects) {
  start();
  joined(request(token(), "host2", key));
  EXPECT_EQ(names(), (std::vector<std::string>{"host1", "host2"}));
  auto a = as_master("DELETE", "nodes/host2");
  ASSERT_EQ(a.code, 200) << a.body;
  EXPECT_EQ(names(), std::vector<std::string>{"host1"});
  ASSERT_EQ(log.calls.size(), 2U);
  EXPECT_EQ(log.calls[0].resource, "leases");
  EXPECT_EQ(log.calls[0].ns, "kube-node-lease");
  EXPECT_EQ(log.calls[1].resource, "nodes");
  EXPECT_EQ(log.calls[1].name, "host2");
  EXPECT_EQ(log.calls[1].what, apiserver::verb::remove);
  // With an empty directory it comes back as another one, in the place that is free.
  auto again = joined(request(token(), "host2", certificates::key::make_ec().value())).node;
  EXPECT_EQ(again.id, 3U);
  EXPECT_EQ(again.pod_cidr, "10.244.1.0/24");
}

TEST_F(nodes_test, a_removal_that_was_cut_off_is_completed_by_the_next) {
  start();
  joined(request(token(), "host2", key));
  log.codes = {200, 500};
  auto a = as_master("DELETE", "nodes/host2");
  EXPECT_EQ(a.code, 503);
  EXPECT_NE(message(a).find("troupe node remove host2"), std::string::npos) << a.body;
  EXPECT_EQ(as_master("DELETE", "nodes/host2").code, 200);
}

TEST_F(nodes_test, who_never_was_there_or_must_stay_is_not_removed) {
  start();
  EXPECT_EQ(as_master("DELETE", "nodes/host9").code, 404);
  EXPECT_EQ(as_master("DELETE", "nodes/host1").code, 409);
  EXPECT_TRUE(log.calls.empty());
}

TEST_F(nodes_test, a_deleted_node_object_takes_the_member_out) {
  start();
  joined(request(token(), "host2", key));
  auto object = api::object::make(api::json::parse(R"({"kind":"Node","metadata":{"name":"host2"}})").as_object());
  mirror::update first{{"", "nodes"}, true, 5, {}}, gone{{"", "nodes"}, false, 6, {{object, {}}}};
  caf::anon_send(it, changed_atom::value, share(first));
  run();
  EXPECT_EQ(names().size(), 2U);
  caf::anon_send(it, changed_atom::value, share(gone));
  run();
  EXPECT_EQ(names(), std::vector<std::string>{"host1"});
  // The last control-plane node stays a member: its kubelet makes the object again.
  auto last = api::object::make(api::json::parse(R"({"kind":"Node","metadata":{"name":"host1"}})").as_object());
  caf::anon_send(it, changed_atom::value, share(mirror::update{{"", "nodes"}, false, 7, {{last, {}}}}));
  run();
  EXPECT_EQ(names(), std::vector<std::string>{"host1"});
  pass(std::chrono::seconds(1));
}

TEST_F(nodes_test, certificates_of_removed_nodes_are_known) {
  start();
  net::tls::identity who;
  who.common_name = "system:node:host2";
  who.organizations = {"system:nodes"};
  who.dns_names = {"2.node.troupe.internal"};
  EXPECT_FALSE(removed->has(who));
  node_record two{.id = 2, .name = "host2", .removed = true}, three{.id = 3, .name = "host2"};
  caf::anon_send(it, roster_atom::value, share(roster{three, two}));
  run();
  EXPECT_TRUE(removed->has(who));
  who.dns_names = {"3.node.troupe.internal"};
  EXPECT_FALSE(removed->has(who));
  who = {};
  who.common_name = "admin";
  EXPECT_FALSE(removed->has(who));
}

} // namespace
} // namespace troupe::actors::join
