#include "policies/controllers/node_lifecycle.hpp"
#include "policies/controllers/condition.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

using namespace std::chrono_literals;

const api::group_resource nodes{"", "nodes"}, leases{"coordination.k8s.io", "leases"}, pods{"", "pods"};
const api::object_key key{"", "k"};

struct node_lifecycle : testing::Test {
  world w;
  node_health health;
  bool known = false;

  void SetUp() override {
    w.put(nodes,
          document("{'metadata':{'name':'k'},'spec':{'taints':[{'key':'mine','effect':'NoSchedule'}]},'status':"
                   "{'conditions':[{'type':'Ready','status':'True','lastHeartbeatTime':'2026-11-22T11:59:59Z'}]}}"));
    w.put(pods, document("{'metadata':{'name':'p','namespace':'n'},'spec':{'nodeName':'k'},'status':{'conditions':["
                         "{'type':'Ready','status':'True'}]}}"));
    renew("1");
  }
  void renew(std::string_view time) {
    auto lease = document("{'metadata':{'name':'k','namespace':'kube-node-lease'}}");
    lease["spec"] = json::object{{"renewTime", time}};
    w.put(leases, lease);
  }
  plan next() {
    node_lifecycle_view view{w.table(nodes), w.table(leases), w.table(pods)};
    health = observe(view, key, known ? &health : nullptr, w.now);
    known = true;
    return plan_node_lifecycle(view, key, health, w.now);
  }
  void settle() {
    for (int i = 0; i < 4; ++i) w.run(next());
  }
  std::string ready() {
    return std::string(api::string_at(*condition(w.table(nodes).find(key)->status(), "Ready"), {"status"}));
  }
  std::string taints() {
    std::string out;
    if (auto* list = api::array_at(w.table(nodes).find(key)->spec(), {"taints"}))
      for (auto& t : *list)
        out += std::string(api::string_at(t, {"key"})) + ":" + std::string(api::string_at(t, {"effect"})) + " ";
    return out;
  }
};

TEST_F(node_lifecycle, a_silent_node_becomes_unknown_and_is_tainted) {
  EXPECT_TRUE(next().idle());
  EXPECT_EQ(next().requeue_after, 50s);
  w.now += 49s;
  EXPECT_TRUE(next().idle());
  w.now += 1s;
  settle();
  auto* c = condition(w.table(nodes).find(key)->status(), "Ready");
  EXPECT_EQ(api::string_at(*c, {"status"}), "Unknown");
  EXPECT_EQ(api::string_at(*c, {"reason"}), "NodeStatusUnknown");
  EXPECT_EQ(api::string_at(*c, {"message"}), "Kubelet stopped posting node status.");
  EXPECT_EQ(taints(),
            "mine:NoSchedule node.kubernetes.io/unreachable:NoExecute node.kubernetes.io/unreachable:NoSchedule ");
  EXPECT_EQ(api::string_at(*condition(w.table(pods).find({"n", "p"})->status(), "Ready"), {"status"}), "False");
  EXPECT_EQ(w.events.front(), "Normal NodeNotReady Node k status is now: NodeNotReady");
  EXPECT_TRUE(next().idle());
}

TEST_F(node_lifecycle, each_renewal_is_a_sign_of_life) {
  for (int i = 0; i < 5; ++i) {
    w.now += 40s;
    renew(std::to_string(i + 10));
    EXPECT_TRUE(next().idle());
  }
  EXPECT_EQ(ready(), "True");
}

TEST_F(node_lifecycle, taints_go_when_the_node_comes_back) {
  (void)next();
  w.now += 60s;
  settle();
  renew("2");
  w.edit(nodes, key, [](json::object& body) {
    body["status"] = document("{'conditions':[{'type':'Ready','status':'True','lastHeartbeatTime':'later'}]}");
  });
  settle();
  EXPECT_EQ(taints(), "mine:NoSchedule ");
}

TEST_F(node_lifecycle, conditions_and_cordons_become_taints) {
  w.edit(nodes, key, [](json::object& body) {
    body["spec"].as_object()["unschedulable"] = true;
    body["status"] =
        document("{'conditions':[{'type':'Ready','status':'False'},{'type':'DiskPressure','status':'True'}]}");
  });
  settle();
  EXPECT_EQ(taints(),
            "mine:NoSchedule node.kubernetes.io/disk-pressure:NoSchedule node.kubernetes.io/not-ready:NoExecute "
            "node.kubernetes.io/not-ready:NoSchedule node.kubernetes.io/unschedulable:NoSchedule ");
}

TEST_F(node_lifecycle, a_node_that_never_reported_has_longer) {
  w.put(nodes, document("{'metadata':{'name':'k'},'spec':{}}"));
  w.table(leases).erase({"kube-node-lease", "k"});
  (void)next();
  w.now += 59s;
  EXPECT_TRUE(next().idle());
  w.now += 1s;
  settle();
  auto* c = condition(w.table(nodes).find(key)->status(), "Ready");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(api::string_at(*c, {"message"}), "Kubelet never posted node status.");
}

} // namespace

} // namespace troupe::policies::controllers
