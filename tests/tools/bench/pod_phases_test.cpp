#include "tools/bench/pod_phases.hpp"
#include <gtest/gtest.h>

using namespace troupe::tools::bench;
namespace json = troupe::api::json;

namespace {
pod_phases of(std::string_view text) { return phases_of(json::parse(text).as_object()); }
} // namespace

TEST(pod_phases, a_new_pod_has_come_nowhere) {
  const auto got = of(R"({"spec":{},"status":{"phase":"Pending"}})");
  EXPECT_FALSE(got.scheduled || got.running || got.ready || got.over);
  EXPECT_TRUE(got.problem.empty());
}

TEST(pod_phases, a_pod_is_scheduled_when_it_has_a_node) {
  EXPECT_TRUE(of(R"({"spec":{"nodeName":"n1"},"status":{"phase":"Pending"}})").scheduled);
}

TEST(pod_phases, running_is_not_yet_ready) {
  const auto got =
      of(R"({"spec":{"nodeName":"n1"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}]}})");
  EXPECT_TRUE(got.running);
  EXPECT_FALSE(got.ready);
  EXPECT_TRUE(of(R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})").ready);
}

TEST(pod_phases, a_pod_that_found_no_node_says_why) {
  const auto got = of(
      R"({"status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/1 nodes"}]}})");
  EXPECT_EQ(got.problem, "Unschedulable: 0/1 nodes");
  EXPECT_FALSE(got.over);
}

TEST(pod_phases, a_container_that_cannot_start_ends_the_wait) {
  const auto got = of(
      R"({"status":{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ErrImagePull","message":"no such image"}}}]}})");
  EXPECT_TRUE(got.over);
  EXPECT_EQ(got.problem, "ErrImagePull: no such image");
  EXPECT_FALSE(of(R"({"status":{"containerStatuses":[{"state":{"waiting":{"reason":"ContainerCreating"}}}]}})").over);
  EXPECT_TRUE(of(R"({"status":{"phase":"Failed"}})").over);
}
