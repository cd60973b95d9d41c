#include "policies/controllers/deployment_conditions.hpp"
#include "policies/controllers/condition.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

using namespace std::chrono_literals;

deployment_state state(std::string_view status) {
  auto body = document("{'metadata':{'name':'d','generation':2},'spec':{'replicas':2,'progressDeadlineSeconds':10}}");
  body["status"] = document(status);
  auto s = read_deployment(api::object::make(body), {}, noon());
  s.sets.resize(1);
  s.sets[0].body = document("{'metadata':{'name':'s'}}");
  s.sets[0].replicas = 2;
  s.newest = 0;
  return s;
}

constexpr auto moving = "{'conditions':[{'type':'Progressing','status':'True','reason':'ReplicaSetUpdated',"
                        "'lastUpdateTime':'2026-11-22T11:59:55Z','lastTransitionTime':'2026-11-22T11:00:00Z'}]}";

TEST(deployment_conditions, movement_moves_the_deadline) {
  auto s = state(moving);
  s.sets[0].actual = 1;
  count_status(s);
  EXPECT_EQ(judge_progress(s), 11s);
  auto* c = condition(s.status, "Progressing");
  EXPECT_EQ(api::string_at(*c, {"lastUpdateTime"}), "2026-11-22T12:00:00Z");
  EXPECT_EQ(api::string_at(*c, {"lastTransitionTime"}), "2026-11-22T11:00:00Z");
  EXPECT_EQ(api::string_at(*c, {"message"}), "ReplicaSet \"s\" is progressing.");
}

TEST(deployment_conditions, standing_still_passes_the_deadline) {
  auto s = state(moving);
  count_status(s);
  EXPECT_EQ(judge_progress(s), 6s);
  s = state(moving);
  s.now += 6s;
  count_status(s);
  EXPECT_EQ(judge_progress(s), std::nullopt);
  EXPECT_EQ(api::string_at(*condition(s.status, "Progressing"), {"message"}),
            "ReplicaSet \"s\" has timed out progressing.");
}

TEST(deployment_conditions, completion_ends_the_deadline) {
  auto s = state(moving);
  s.sets[0].actual = s.sets[0].ready = s.sets[0].available = 2;
  count_status(s);
  EXPECT_EQ(judge_progress(s), std::nullopt);
  EXPECT_TRUE(is_complete(s, s.status));
  EXPECT_EQ(condition_reason(s.status, "Progressing"), "NewReplicaSetAvailable");
  EXPECT_EQ(condition_reason(s.status, "Available"), "MinimumReplicasAvailable");
}

TEST(deployment_conditions, pausing_does_not_hide_a_failure) {
  auto s = state("{'conditions':[{'type':'Progressing','status':'False','reason':'ProgressDeadlineExceeded'}]}");
  s.paused = true;
  note_pause(s);
  EXPECT_EQ(condition_reason(s.status, "Progressing"), "ProgressDeadlineExceeded");
  s = state(moving);
  s.paused = true;
  note_pause(s);
  EXPECT_EQ(condition_reason(s.status, "Progressing"), "DeploymentPaused");
  s.paused = false;
  note_pause(s);
  EXPECT_EQ(condition_reason(s.status, "Progressing"), "DeploymentResumed");
}

} // namespace

} // namespace troupe::policies::controllers
