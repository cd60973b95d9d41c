#include "policies/controllers/taint_eviction.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

using namespace std::chrono_literals;

const api::group_resource nodes{"", "nodes"}, pods{"", "pods"};

TEST(taint_eviction, follows_the_tolerations) {
  struct { std::string name, tolerations; bool leaves; std::optional<api::duration> waits; } cases[] = {
    {"no toleration", "", true, {}},
    {"for ever", "{'operator':'Exists'}", false, {}},
    {"by key", "{'key':'t','operator':'Exists','effect':'NoExecute'}", false, {}},
    {"another key", "{'key':'x','operator':'Exists'}", true, {}},
    {"by value", "{'key':'t','value':'v'}", false, {}},
    {"another value", "{'key':'t','value':'w'}", true, {}},
    {"another effect", "{'key':'t','operator':'Exists','effect':'NoSchedule'}", true, {}},
    {"for a while", "{'key':'t','operator':'Exists','tolerationSeconds':300}", false, 290s},
    {"the shortest counts", "{'operator':'Exists','tolerationSeconds':300},{'key':'t','operator':'Exists',"
                            "'tolerationSeconds':20}", false, 10s},
    {"the time is over", "{'operator':'Exists','tolerationSeconds':10}", true, {}},
  };
  for (auto& c : cases) {
    world w;
    w.put(nodes, document("{'metadata':{'name':'k'},'spec':{'taints':[{'key':'t','value':'v','effect':'NoExecute',"
                          "'timeAdded':'2026-11-22T11:59:50Z'},{'key':'u','effect':'NoSchedule'}]}}"));
    w.put(pods, document(fmt::format("{{'metadata':{{'name':'p','namespace':'n'}},'spec':{{'nodeName':'k',"
                                     "'tolerations':[{}]}}}}", c.tolerations)));
    auto p = plan_taint_eviction({w.table(pods), w.table(nodes)}, {"n", "p"}, w.now);
    EXPECT_EQ(steps_of(p), c.leaves ? "update pods/p status; remove pods/p" : "") << c.name;
    EXPECT_EQ(p.requeue_after, c.waits) << c.name;
    w.run(p);
    std::vector<std::string> told;
    if (c.leaves) told.emplace_back("Normal TaintManagerEviction Marking for deletion Pod n/p");
    EXPECT_EQ(w.events, told) << c.name;
  }
}

TEST(taint_eviction, concerns_only_pods_that_run_on_a_tainted_node) {
  world w;
  w.put(nodes, document("{'metadata':{'name':'k'},'spec':{}}"));
  w.put(pods, document("{'metadata':{'name':'p','namespace':'n'},'spec':{'nodeName':'k'}}"));
  EXPECT_TRUE(plan_taint_eviction({w.table(pods), w.table(nodes)}, {"n", "p"}, w.now).idle());
  EXPECT_TRUE(plan_taint_eviction({w.table(pods), w.table(nodes)}, {"n", "q"}, w.now).idle());
}

} // namespace

} // namespace troupe::policies::controllers
