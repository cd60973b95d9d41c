#include "policies/controllers/deployment_history.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

api::object_ptr set(int number, int replicas, std::string_view more = "") {
  return object(fmt::format("{{'metadata':{{'name':'s{0}','namespace':'n','uid':'s{0}','creationTimestamp':"
                            "'2026-01-0{0}T00:00:00Z','annotations':{{'deployment.kubernetes.io/revision':'{0}'}}{2}}},"
                            "'spec':{{'replicas':{1},'template':{{'spec':{{'x':{0}}}}}}}}}", number, replicas, more));
}

api::object_ptr deployment(int x) {
  return object(
      fmt::format("{{'metadata':{{'name':'d','namespace':'n','annotations':{{'note':'y',"
                  "'kubectl.kubernetes.io/last-applied-configuration':'z'}}}},'spec':{{'revisionHistoryLimit':1,"
                  "'minReadySeconds':5,'template':{{'spec':{{'x':{}}}}}}}}}",
                  x));
}

TEST(deployment_history, the_new_set_gets_the_next_revision_and_the_annotations) {
  auto s = read_deployment(deployment(1), {set(1, 0), set(2, 1)}, noon());
  sync_new_set(s);
  EXPECT_TRUE(s.new_set()->changed);
  EXPECT_EQ(s.new_set()->revision(), 3);
  EXPECT_EQ(s.new_set()->annotation(revision_history_annotation), "1");
  EXPECT_EQ(s.new_set()->annotation("note"), "y");
  EXPECT_EQ(s.new_set()->annotation("kubectl.kubernetes.io/last-applied-configuration"), "");
  EXPECT_EQ(api::int_at(s.new_set()->body, {"spec", "minReadySeconds"}), 5);
  EXPECT_EQ(s.revision, "3");
}

TEST(deployment_history, a_created_set_is_complete) {
  auto s = read_deployment(deployment(9), {set(1, 0)}, noon());
  ASSERT_TRUE(create_new_set(s, [](auto&) { return false; }));
  auto& created = *s.new_set();
  EXPECT_EQ(created.object, nullptr);
  EXPECT_EQ(created.revision(), 2);
  EXPECT_EQ(created.replicas, 1);
  EXPECT_EQ(api::string_at(created.body, {"kind"}), "ReplicaSet");
  EXPECT_EQ(api::array_at(created.body, {"metadata", "ownerReferences"})->size(), 1u);
}

TEST(deployment_history, only_empty_sets_go_and_the_oldest_first) {
  auto s =
      read_deployment(deployment(9), {set(1, 1), set(2, 0), set(3, 0), set(4, 0, ",'deletionTimestamp':'x'")}, noon());
  auto steps = remove_old_sets(s);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].key.name, "s2");
  EXPECT_EQ(steps[0].uid, "s2");
}

} // namespace

} // namespace troupe::policies::controllers
