#include "policies/controllers/deployment_state.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

TEST(deployment_state, shares_round_to_the_safe_side) {
  json::value number(3), share("25%"), none("x");
  EXPECT_EQ(number_or_share(&number, 10, rounding::up), 3);
  EXPECT_EQ(number_or_share(&share, 10, rounding::up), 3);
  EXPECT_EQ(number_or_share(&share, 10, rounding::down), 2);
  EXPECT_EQ(number_or_share(&none, 10, rounding::up), 0);
  EXPECT_EQ(number_or_share(nullptr, 10, rounding::up), 0);
}

TEST(deployment_state, a_rollout_can_always_move) {
  auto d = object("{'metadata':{'name':'d'},'spec':{'replicas':3,'strategy':{'type':'RollingUpdate',"
                  "'rollingUpdate':{'maxSurge':0,'maxUnavailable':'10%'}}}}");
  auto s = read_deployment(d, {}, noon());
  EXPECT_EQ(s.max_surge, 0);
  EXPECT_EQ(s.max_unavailable, 1);
  EXPECT_EQ(s.progress_deadline_seconds(), std::nullopt);
  auto empty = read_deployment(object("{'spec':{'replicas':0}}"), {}, noon());
  EXPECT_EQ(empty.max_unavailable, 0);
}

TEST(deployment_state, the_oldest_set_with_the_template_is_the_new_one) {
  auto d = object("{'metadata':{'name':'d'},'spec':{'template':{'spec':{'x':1}}}}");
  auto set = [](std::string name, std::string time, std::string x) {
    return object("{'metadata':{'name':'" + name + "','creationTimestamp':'" + time +
                  "','annotations':{"
                  "'deployment.kubernetes.io/revision':'7'}},'spec':{'replicas':2,'template':{'spec':{'x':" +
                  x + "}}}}");
  };
  auto s = read_deployment(d, {set("late", "2026-01-03T00:00:00Z", "1"), set("early", "2026-01-02T00:00:00Z", "1"),
                               set("other", "2026-01-01T00:00:00Z", "2")}, noon());
  EXPECT_EQ(s.new_set()->name(), "early");
  EXPECT_EQ(s.new_set()->revision(), 7);
  EXPECT_EQ(s.old_sets().size(), 2u);
  EXPECT_EQ(s.old_sets().front()->name(), "other");
  EXPECT_EQ(s.total_replicas(), 6);
}

} // namespace

} // namespace troupe::policies::controllers
