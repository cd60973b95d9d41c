#include "policies/node/termination.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

TEST(termination, grace_is_that_of_the_deletion) {
  EXPECT_EQ(grace_seconds(*make_pod()), 30);
  EXPECT_EQ(grace_seconds(*make_pod(R"({"terminationGracePeriodSeconds":5,"containers":[]})")), 5);
  auto deleted = make_pod(R"({"terminationGracePeriodSeconds":5,"containers":[]})",
                          R"({"deletionTimestamp":"2026-11-22T12:00:00Z","deletionGracePeriodSeconds":1})");
  EXPECT_EQ(grace_seconds(*deleted), 1);
  EXPECT_EQ(deletion_deadline(*deleted), noon);
  EXPECT_FALSE(deletion_deadline(*make_pod()));
}

TEST(termination, sidecars_stop_after_the_apps_and_in_reverse) {
  auto pod = make_pod(
      R"({"initContainers":[{"name":"s1","restartPolicy":"Always"},{"name":"s2","restartPolicy":"Always"}],
      "containers":[{"name":"a"},{"name":"b"},{"name":"c"}]})");
  auto r = sandboxed();
  for (auto n : {"s1", "s2", "a", "b"}) r.containers[n].current = runs();
  EXPECT_EQ(stop_stages(*pod, r), (std::vector<std::vector<std::string>>{{"a", "b"}, {"s2"}, {"s1"}}));
}

TEST(termination, a_hook_uses_up_grace_but_two_seconds_are_left) {
  EXPECT_EQ(stop_grace(30, 12s), 18u);
  EXPECT_EQ(stop_grace(30, 60s), 2u);
  EXPECT_EQ(stop_grace(1, 0s), 1u);
  EXPECT_EQ(stop_grace(0, 0s), 0u);
  EXPECT_EQ(stopping_text("web"), "Stopping container web");
}

} // namespace
} // namespace troupe::policies::node
