#include "policies/controllers/namespace_deletion.hpp"
#include "policies/controllers/condition.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

const api::group_resource namespaces{"", "namespaces"}, pods{"", "pods"}, sets{"apps", "replicasets"};

struct namespace_deletion : testing::Test {
  world w;
  std::vector<namespaced_type> types{{pods, &w.table(pods)}, {sets, &w.table(sets)}};
  void SetUp() override {
    w.put(namespaces,
          document("{'metadata':{'name':'n','deletionTimestamp':'x'},'spec':{'finalizers':['kubernetes']}}"));
  }
  plan next() { return plan_namespace_deletion({w.table(namespaces), types}, {"", "n"}, w.now); }
  const json::object& status() { return w.table(namespaces).find({"", "n"})->status(); }
};

TEST_F(namespace_deletion, removes_the_content_and_then_the_finalizer) {
  w.put(pods, document("{'metadata':{'name':'p','namespace':'n'}}"));
  w.put(pods, document("{'metadata':{'name':'p','namespace':'m'}}"));
  auto p = next();
  EXPECT_EQ(steps_of(p), "remove all pods/; update namespaces/n status");
  w.run(p);
  EXPECT_EQ(api::string_at(*condition(status(), "NamespaceContentRemaining"), {"message"}),
            "Some resources are remaining: pods. has 1 resource instances");
  EXPECT_EQ(steps_of(next()), "remove all pods/, remove all replicasets.apps/; update namespaces/n status")
    << "looks once more everywhere";
  w.run(next());
  EXPECT_EQ(condition_reason(status(), "NamespaceContentRemaining"), "ContentRemoved");
  EXPECT_EQ(steps_of(next()), "update namespaces/n finalize");
  w.run(next());
  EXPECT_TRUE(next().idle());
  EXPECT_EQ(w.table(pods).size(), 1u);
}

TEST_F(namespace_deletion, tells_what_finalizers_it_waits_for) {
  w.put(sets, document("{'metadata':{'name':'s','namespace':'n','deletionTimestamp':'x','finalizers':['a/b']}}"));
  EXPECT_EQ(steps_of(next()), "update namespaces/n status") << "it is being deleted already";
  w.run(next());
  EXPECT_EQ(api::string_at(*condition(status(), "NamespaceFinalizersRemaining"), {"message"}),
            "Some content in the namespace has finalizers remaining: a/b in 1 resource instances");
  EXPECT_TRUE(next().idle());
  EXPECT_TRUE(next().requeue_after.has_value());
}

TEST_F(namespace_deletion, leaves_a_living_namespace_alone) {
  w.put(namespaces, document("{'metadata':{'name':'n'},'spec':{'finalizers':['kubernetes']}}"));
  w.put(pods, document("{'metadata':{'name':'p','namespace':'n'}}"));
  EXPECT_TRUE(next().idle());
}

} // namespace

} // namespace troupe::policies::controllers
