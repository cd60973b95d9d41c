#include "policies/chaos/objects.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::chaos {
namespace {

namespace json = api::json;

json::object read(const char* text) { return json::parse(text).as_object(); }

json::object pod(const char* uid, const char* controller) {
  json::object o{{"metadata", {{"uid", uid}}}};
  if (*controller)
    o["metadata"].as_object()["ownerReferences"].emplace_array().push_back(
      json::object{{"uid", controller}, {"controller", true}});
  return o;
}

TEST(owner_record, an_orphan_may_be_adopted_and_an_owned_pod_may_not) {
  owner_record r;
  auto orphan = pod("1", ""), first = pod("1", "a"), taken = pod("1", "b"), fresh = pod("2", "b");
  EXPECT_EQ(r.changed("/p", &orphan), "");
  EXPECT_EQ(r.changed("/p", &first), "");
  EXPECT_EQ(r.changed("/p", &taken), "/p of controller a was taken by b");
  EXPECT_EQ(r.changed("/p", &orphan), "");
  EXPECT_EQ(r.changed("/p", nullptr), "");
  EXPECT_EQ(r.changed("/p", &first), "");
  EXPECT_EQ(r.changed("/p", &fresh), "") << "another pod of the same name";
}

json::object deployment(int generation, int replicas, int seen) {
  return {{"metadata", {{"uid", "d"}, {"name", "web"}, {"generation", generation}}},
          {"spec", {{"replicas", replicas}, {"strategy", {{"rollingUpdate", {{"maxSurge", "25%"}}}}}}},
          {"status", {{"observedGeneration", seen}}}};
}
json::object replica_set(int replicas) {
  auto o = pod("r", "d");
  o["spec"] = json::object{{"replicas", replicas}};
  return o;
}

TEST(surge_record, replica_sets_together_stay_below_size_and_surge) {
  surge_record r;
  auto d = deployment(1, 4, 1);
  auto four = replica_set(4), one = replica_set(1), two = replica_set(2), none = replica_set(0);
  EXPECT_EQ(r.deployment_changed(nullptr, &d, 0), "");
  EXPECT_EQ(r.replica_set_changed("/old", &four), "");
  EXPECT_EQ(r.replica_set_changed("/new", &none), "");
  EXPECT_EQ(r.replica_set_changed("/new", &one), "") << "a quarter of four";
  EXPECT_EQ(r.replica_set_changed("/new", &two),
            "the replica sets of deployment web ask for 6 pods where at most 5 are allowed");
}

TEST(surge_record, what_a_controller_may_not_have_seen_yet_counts) {
  surge_record r;
  auto big = deployment(1, 8, 1), small = deployment(2, 2, 1), seen = deployment(2, 2, 2);
  auto eight = replica_set(8), three = replica_set(3), one = replica_set(1);
  EXPECT_EQ(r.deployment_changed(nullptr, &big, 0), "");
  EXPECT_EQ(r.deployment_changed(&big, &small, 0), "");
  EXPECT_EQ(r.replica_set_changed("/old", &eight), "");
  EXPECT_EQ(r.deployment_changed(&small, &seen, 0), "");
  EXPECT_EQ(r.replica_set_changed("/old", &three), "") << "less is always right";
  EXPECT_NE(r.replica_set_changed("/new", &one), "");
}

TEST(surge_record, a_request_of_before_may_be_late) {
  surge_record r;
  r.late(1'000);
  auto big = deployment(1, 8, 1), none = deployment(2, 0, 2);
  auto eight = replica_set(8), zero = replica_set(0);
  EXPECT_EQ(r.deployment_changed(nullptr, &big, 0), "");
  EXPECT_EQ(r.deployment_changed(&big, &none, 5'000), "");
  EXPECT_EQ(r.replica_set_changed("/new", &eight), "");
  EXPECT_EQ(r.replica_set_changed("/new", &zero), "");
  EXPECT_EQ(r.deployment_changed(&none, &none, 6'000), "");
  EXPECT_NE(r.replica_set_changed("/new", &eight), "");
}

TEST(lost_update, a_write_changes_its_own_field) {
  auto was = read(R"({"data":{"a":"1","b":"1"}})");
  for (auto right : {R"({"data":{"a":"2","b":"1"}})", R"({"data":{"a":"1","b":"1","c":"1"}})", R"({"data":{"a":"1"}})",
                     R"({"data":{"a":"1","b":"1"}})"})
    EXPECT_EQ(lost_update(was, read(right)), "") << right;
  EXPECT_EQ(lost_update(was, read(R"({"data":{"a":"2","b":"0"}})")),
            "one write changed a from \"1\" to \"2\", b from \"1\" to \"0\": an update was lost");
  EXPECT_NE(lost_update(was, read(R"({"data":{"a":"1","c":"2"}})")), "");
}

} // namespace
} // namespace troupe::policies::chaos
