#include "tests/actors/kubelet/world.hpp"

namespace troupe::actors::kubelet::testing {
namespace {

using namespace std::chrono_literals;

struct pod_probe : world {};


TEST_F(pod_probe, a_readiness_probe_decides_when_the_pod_is_ready) {
  start();
  rt.exec_results["check"] = {1, false, "not yet", ""};
  create_pod(R"({"containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
    "readinessProbe":{"exec":{"command":["check"]},"periodSeconds":2,"failureThreshold":2}}]})");
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(condition("Ready"), "False");
  advance(100ms);
  EXPECT_TRUE(saw_event("Unhealthy: Readiness probe failed: not yet"));
  rt.exec_results["check"] = {};
  advance(2s);
  EXPECT_EQ(condition("Ready"), "True");
  rt.exec_results["check"] = {1, false, "broken", ""};
  advance(2s);
  EXPECT_EQ(condition("Ready"), "True") << "one failure is below the threshold";
  advance(2s);
  EXPECT_EQ(condition("Ready"), "False");
  EXPECT_EQ(rt.count("stop"), 0);
}

TEST_F(pod_probe, a_failing_liveness_probe_restarts_the_container) {
  start();
  check = {false, "HTTP probe failed with statuscode: 500"};
  create_pod(
      R"({"containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent","ports":[{"name":"web",
      "containerPort":8080}],
    "livenessProbe":{"httpGet":{"path":"/healthz","port":"web"},"initialDelaySeconds":3,"periodSeconds":1,
      "failureThreshold":2}}]})");
  advance(2s);
  EXPECT_TRUE(checks.empty()) << "the initial delay is not over";
  advance(2500ms);
  ASSERT_FALSE(checks.empty());
  EXPECT_EQ(checks[0].host, "10.1.0.1");
  EXPECT_EQ(checks[0].port, 8080);
  EXPECT_EQ(checks[0].path, "/healthz");
  EXPECT_TRUE(saw_event("Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500"));
  EXPECT_TRUE(saw_event("Killing: Container app failed liveness probe, will be restarted"));
  EXPECT_EQ(api::int_at(status_of(), {"restartCount"}), 1);
  EXPECT_EQ(api::int_at(status_of(), {"lastState", "terminated", "exitCode"}), 143);
}

TEST_F(pod_probe, until_the_startup_probe_succeeds_nothing_else_is_probed) {
  start();
  rt.exec_results["up"] = {1, false, "", ""};
  create_pod(R"({"containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
    "startupProbe":{"exec":{"command":["up"]},"periodSeconds":1,"failureThreshold":5},
    "livenessProbe":{"exec":{"command":["alive"]},"periodSeconds":1}}]})");
  advance(3s);
  EXPECT_EQ(rt.count("exec alive"), 0);
  EXPECT_FALSE(api::bool_at(status_of(), {"started"}));
  EXPECT_EQ(condition("Ready"), "False");
  rt.exec_results.clear();
  advance(1s);
  EXPECT_TRUE(api::bool_at(status_of(), {"started"}));
  EXPECT_EQ(condition("Ready"), "True");
  advance(2s);
  EXPECT_GT(rt.count("exec alive"), 0);
}

TEST_F(pod_probe, a_startup_probe_that_never_succeeds_kills_with_its_own_grace) {
  start();
  rt.exec_results["up"] = {1, false, "", ""};
  create_pod(R"({"containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
    "startupProbe":{"exec":{"command":["up"]},"periodSeconds":1,"failureThreshold":2,
      "terminationGracePeriodSeconds":4}}]})");
  advance(1500ms);
  EXPECT_EQ(rt.count("stop app 4"), 1);
  EXPECT_TRUE(saw_event("Killing: Container app failed startup probe, will be restarted"));
}

TEST_F(pod_probe, a_pre_stop_hook_runs_before_the_stop_and_uses_up_grace) {
  start();
  create_pod(R"({"containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
    "lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]})");
  delete_pod("web", 30);
  EXPECT_EQ(rt.count("stop"), 0);
  advance(5s);
  EXPECT_EQ(rt.count("stop app 25"), 1);
  EXPECT_EQ(phase(), "gone");
}

TEST_F(pod_probe, a_failing_hook_is_an_event_and_the_stop_goes_on) {
  start();
  rt.exec_results["bye"] = {1, false, "", ""};
  create_pod(R"({"containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
    "lifecycle":{"preStop":{"exec":{"command":["bye"]}}}}]})");
  delete_pod("web");
  EXPECT_TRUE(saw_event("FailedPreStopHook: PreStopHook failed"));
  EXPECT_EQ(phase(), "gone");
}

TEST_F(pod_probe, a_failing_post_start_hook_kills_the_container) {
  start();
  rt.exec_results["hello"] = {1, false, "", ""};
  create_pod(R"({"containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
    "lifecycle":{"postStart":{"exec":{"command":["hello"]}}}}]})");
  advance(1s);
  EXPECT_TRUE(saw_event("FailedPostStartHook: PostStartHook failed"));
  EXPECT_GE(api::int_at(status_of(), {"restartCount"}), 1);
}

} // namespace
} // namespace troupe::actors::kubelet::testing
