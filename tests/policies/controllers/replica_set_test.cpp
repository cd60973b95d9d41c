#include "policies/controllers/replica_set.hpp"
#include "policies/controllers/condition.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

const api::group_resource sets{"apps", "replicasets"};
const api::group_resource pods{"", "pods"};
const api::group_resource controllers{"", "replicationcontrollers"};
const api::object_key key{"n", "web"};

struct replica_set : testing::Test {
  world w;

  void SetUp() override {
    w.put(sets, document("{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'web','namespace':'n'},"
                         "'spec':{'replicas':3,'selector':{'matchLabels':{'a':'b'}},"
                         "'template':{'metadata':{'labels':{'a':'b'}},'spec':{}}}}"));
  }
  plan next() { return plan_replica_set({w.table(sets), w.table(pods)}, key, w.now); }
  const json::object& status() { return w.table(sets).find(key)->status(); }
  void resize(int replicas) {
    w.edit(sets, key, [&](json::object& body) { body["spec"].as_object()["replicas"] = replicas; });
  }
  void make_ready(const api::object_key& pod) {
    w.edit(pods, pod, [&](json::object& body) {
      body["spec"].as_object()["nodeName"] = "node";
      body["status"] = document("{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}");
      set_condition(body["status"].as_object(), {"Ready", "True", "", ""}, w.now);
      body["status"].at("conditions").at(0).as_object()["lastTransitionTime"] = api::format_time(w.now);
    });
  }
  void settle() {
    for (int i = 0; i < 5; ++i) w.run(next());
  }
};

TEST_F(replica_set, makes_the_pods_that_are_missing) {
  auto p = next();
  EXPECT_EQ(steps_of(p), "create pods/; create pods/, create pods/; update replicasets.apps/web status");
  w.run(p);
  EXPECT_EQ(w.table(pods).size(), 3u);
  EXPECT_EQ(w.events.size(), 3u);
  EXPECT_TRUE(w.events[0].starts_with("Normal SuccessfulCreate Created pod: web-"));
  settle();
  EXPECT_TRUE(next().idle());
  EXPECT_EQ(api::int_at(status(), {"replicas"}), 3);
  EXPECT_EQ(api::int_at(status(), {"fullyLabeledReplicas"}), 3);
  EXPECT_EQ(api::int_at(status(), {"observedGeneration"}), 1);
}

TEST_F(replica_set, a_burst_is_bounded) {
  resize(1200);
  w.run(next());
  EXPECT_EQ(w.table(pods).size(), burst_replicas_max);
  settle();
  EXPECT_EQ(w.table(pods).size(), 1200u);
}

TEST_F(replica_set, deletes_the_pods_that_are_too_many) {
  settle();
  auto first = w.table(pods).all().begin()->first;
  make_ready(first);
  resize(1);
  w.events.clear();
  settle();
  ASSERT_EQ(w.table(pods).size(), 1u);
  EXPECT_NE(w.table(pods).find(first), nullptr) << "the ready one stays";
  EXPECT_EQ(w.events.size(), 2u);
  EXPECT_TRUE(w.events[0].starts_with("Normal SuccessfulDelete Deleted pod: web-"));
  EXPECT_EQ(api::int_at(status(), {"readyReplicas"}), 1);
}

TEST_F(replica_set, replaces_finished_pods_and_leaves_them_alone) {
  settle();
  auto first = w.table(pods).all().begin()->first;
  w.edit(pods, first, [](json::object& body) { body["status"] = document("{'phase':'Failed'}"); });
  settle();
  EXPECT_EQ(w.table(pods).size(), 4u);
}

TEST_F(replica_set, a_failure_shows_in_the_status_until_it_is_over) {
  w.failures[pods] = "quota exceeded";
  w.run(next());
  EXPECT_EQ(w.events, std::vector<std::string>{"Warning FailedCreate Error creating: quota exceeded"})
    << "the first batch is one pod";
  auto* c = condition(status(), "ReplicaFailure");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(api::string_at(*c, {"reason"}), "FailedCreate");
  EXPECT_EQ(api::string_at(*c, {"message"}), "quota exceeded");
  w.failures.clear();
  settle();
  EXPECT_EQ(condition(status(), "ReplicaFailure"), nullptr);
}

TEST_F(replica_set, pods_become_available_by_time) {
  w.edit(sets, key, [](json::object& body) { body["spec"].as_object()["minReadySeconds"] = 30; });
  settle();
  for (auto& pod : w.keys(pods)) make_ready(pod);
  w.run(next());
  EXPECT_EQ(api::int_at(status(), {"availableReplicas"}), 0);
  EXPECT_EQ(next().requeue_after, std::chrono::seconds(30));
  w.now += std::chrono::seconds(30);
  w.run(next());
  EXPECT_EQ(api::int_at(status(), {"availableReplicas"}), 3);
  EXPECT_EQ(next().requeue_after, std::nullopt);
}

TEST_F(replica_set, that_goes_away_makes_nothing) {
  w.edit(sets, key, [](json::object& body) { body["metadata"].as_object()["deletionTimestamp"] = "x"; });
  w.run(next());
  EXPECT_EQ(w.table(pods).size(), 0u);
  EXPECT_TRUE(plan_replica_set({w.table(sets), w.table(pods)}, {"n", "other"}, w.now).idle());
}

TEST_F(replica_set, adopts_pods_that_match) {
  w.put(pods, document("{'metadata':{'name':'stray','namespace':'n','labels':{'a':'b'}}}"));
  w.put(pods, document("{'metadata':{'name':'elsewhere','namespace':'m','labels':{'a':'b'}}}"));
  settle();
  EXPECT_EQ(w.table(pods).in_namespace("n").size(), 3u);
  EXPECT_NE(w.table(pods).find({"n", "stray"})->controller_owner(), nullptr);
}

TEST(replication_controller, selects_by_a_plain_map) {
  world w;
  w.put(controllers, document("{'metadata':{'name':'web','namespace':'n'},'spec':{'replicas':2,'selector':{'a':'b'},"
                              "'template':{'metadata':{'labels':{'a':'b'}},'spec':{}}}}"));
  auto p = plan_replication_controller({w.table(controllers), w.table(pods)}, key, w.now);
  w.run(p);
  EXPECT_EQ(w.table(pods).size(), 2u);
  auto owner = w.table(pods).all().begin()->second->controller_owner();
  EXPECT_EQ(api::string_at(*owner, {"kind"}), "ReplicationController");
  EXPECT_EQ(api::string_at(*owner, {"apiVersion"}), "v1");
}

} // namespace

} // namespace troupe::policies::controllers
