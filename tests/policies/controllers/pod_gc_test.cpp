#include "policies/controllers/pod_gc.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

using namespace std::chrono_literals;

const api::group_resource nodes{"", "nodes"}, pods{"", "pods"};

TEST(pod_gc, finished_pods_over_the_limit_go_oldest_first) {
  world w;
  for (auto& [name, time] : {std::pair{"a", "'2026-01-03T00:00:00Z'"}, {"b", "'2026-01-01T00:00:00Z'"},
                             {"c", "'2026-01-02T00:00:00Z'"}})
    w.put(pods, document(std::string("{'metadata':{'name':'") + name + "','namespace':'n','creationTimestamp':" + time +
                         "},'status':{'phase':'Succeeded'}}"));
  pod_gc_view view{w.table(pods), w.table(nodes), {.terminated_pods_max = 2}};
  auto p = plan_pod_gc(view, {}, w.now);
  EXPECT_EQ(steps_of(p), "remove pods/b");
  EXPECT_EQ(p.batches[0][0].grace_period_seconds, 0);
  EXPECT_EQ(p.requeue_after, 20s);
}

TEST(pod_gc, pods_of_a_missing_node_are_lost_after_a_while) {
  world w;
  w.put(nodes, document("{'metadata':{'name':'here'}}"));
  w.put(pods, document("{'metadata':{'name':'a','namespace':'n'},'spec':{'nodeName':'here'}}"));
  w.put(pods,
        document("{'metadata':{'name':'b','namespace':'n'},'spec':{'nodeName':'gone'},'status':{'phase':'Running'}}"));
  pod_gc_view view{w.table(pods), w.table(nodes)};
  auto missing = observe_missing(view, {}, w.now);
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_TRUE(plan_pod_gc(view, missing, w.now).idle());
  missing = observe_missing(view, missing, w.now + 40s);
  auto p = plan_pod_gc(view, missing, w.now + 40s);
  EXPECT_EQ(steps_of(p), "update pods/b status; remove pods/b");
  EXPECT_EQ(api::string_at(p.batches[0][0].body, {"status", "phase"}), "Failed");
  w.put(nodes, document("{'metadata':{'name':'gone'}}"));
  EXPECT_TRUE(observe_missing(view, missing, w.now).empty());
}

TEST(pod_gc, a_deleted_pod_without_a_node_goes_at_once) {
  world w;
  w.put(pods, document("{'metadata':{'name':'a','namespace':'n','deletionTimestamp':'x'}}"));
  w.put(pods, document("{'metadata':{'name':'b','namespace':'n'}}"));
  EXPECT_EQ(steps_of(plan_pod_gc({w.table(pods), w.table(nodes)}, {}, w.now)), "remove pods/a");
}

} // namespace

} // namespace troupe::policies::controllers
