#include "tests/actors/kubelet/world.hpp"

/// What a kubelet does beside starting and stopping: logs that grow, volumes that fill, sandboxes that break.
namespace troupe::actors::kubelet::testing {
namespace {

using namespace std::chrono_literals;

struct node_care : world {};

TEST_F(node_care, a_log_that_grew_too_large_is_rotated) {
  start();
  create_pod();
  auto id = rt.find("app")->id;
  log_sizes[id] = 10 * 1024 * 1024;
  advance(11s);
  EXPECT_EQ(rt.count("rotate"), 0) << "the limit itself is not too large";
  log_sizes[id] = 10 * 1024 * 1024 + 1;
  advance(10s);
  EXPECT_EQ(rt.count("rotate " + id + " 5"), 1);
  log_sizes[id] = 0;
  advance(30s);
  EXPECT_EQ(rt.count("rotate"), 1);
}

TEST_F(node_care, without_running_containers_nobody_looks_at_logs) {
  start();
  advance(60s);
  EXPECT_EQ(looks, 0);
  create_pod(R"({"restartPolicy":"Never"})");
  advance(21s);
  EXPECT_EQ(looks, 2);
  rt.end(*rt.find("app"), 0);
  advance(60s);
  EXPECT_EQ(looks, 2);
}

TEST_F(node_care, logs_of_adopted_containers_are_rotated_too) {
  start();
  create_pod();
  kill_agent();
  start();
  log_sizes[rt.find("app")->id] = 20 * 1024 * 1024;
  advance(11s);
  EXPECT_EQ(rt.count("rotate"), 1);
}

TEST_F(node_care, a_pod_with_a_volume_beyond_its_limit_is_evicted) {
  start();
  create_pod(R"({"volumes":[{"name":"cache","emptyDir":{"sizeLimit":"10Mi"}}]})");
  advance(25s);
  EXPECT_EQ(phase(), "Running");
  full = {"cache"};
  advance(11s);
  EXPECT_EQ(phase(), "Failed");
  std::string why = "Usage of EmptyDir volume \"cache\" exceeds the limit \"10Mi\". ";
  EXPECT_EQ(api::string_at(pod()->status(), {"reason"}), "Evicted");
  EXPECT_EQ(api::string_at(pod()->status(), {"message"}), why);
  EXPECT_EQ(condition("DisruptionTarget"), "True");
  EXPECT_TRUE(saw_event("Evicted: " + why));
  EXPECT_EQ(rt.count("stop app 1"), 1);
  EXPECT_EQ(rt.count("stop-sandbox"), 1);
  advance(60s);
  EXPECT_EQ(rt.count("start"), 1) << "an evicted pod does not come back";
}

TEST_F(node_care, a_kubelet_that_comes_back_goes_on_measuring) {
  start();
  create_pod(R"({"volumes":[{"name":"cache","emptyDir":{"sizeLimit":"1"}}]})");
  kill_agent();
  full = {"cache"};
  start();
  advance(11s);
  EXPECT_EQ(phase(), "Failed");
}

TEST_F(node_care, a_broken_sandbox_is_made_anew_with_its_containers) {
  start();
  create_pod(R"({"initContainers":[{"name":"prepare","image":"busybox"}]})");
  rt.end(*rt.find("prepare"), 0);
  run();
  ASSERT_EQ(phase(), "Running");
  rt.end(*rt.find("app"), 137);
  rt.break_sandbox("web");
  run();
  EXPECT_TRUE(saw_event("SandboxChanged: Pod sandbox changed, it will be killed and re-created."));
  EXPECT_EQ(rt.count("run"), 2);
  EXPECT_EQ(rt.sandboxes.size(), 1u);
  EXPECT_EQ(rt.find("prepare")->state, runtime::container_state::running) << "init containers run again";
  rt.end(*rt.find("prepare"), 0);
  advance(11s);
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(condition("Ready"), "True");
  EXPECT_EQ(rt.find("app")->state, runtime::container_state::running);
  EXPECT_GE(api::int_at(status_of(), {"restartCount"}), 1);
}

TEST_F(node_care, containers_that_outlive_their_sandbox_are_replaced) {
  start();
  create_pod();
  rt.break_sandbox("web");
  advance(1s);
  EXPECT_EQ(rt.count("run"), 2);
  EXPECT_EQ(rt.find("app")->state, runtime::container_state::running);
  EXPECT_EQ(api::int_at(status_of(), {"restartCount"}), 1);
  EXPECT_EQ(api::string_at(status_of(), {"lastState", "terminated", "reason"}), "ContainerStatusUnknown");
}

TEST_F(node_care, a_pod_that_never_restarts_ends_with_its_sandbox) {
  start();
  create_pod(R"({"restartPolicy":"Never"})");
  rt.end(*rt.find("app"), 137);
  rt.break_sandbox("web");
  advance(5s);
  EXPECT_EQ(phase(), "Failed");
  EXPECT_EQ(rt.count("run"), 1);
}

TEST_F(node_care, a_sandbox_that_broke_while_the_kubelet_was_away_is_replaced) {
  start();
  create_pod();
  kill_agent();
  for (auto& [id, s] : rt.sandboxes) s.ready = false;
  start();
  advance(1s);
  EXPECT_TRUE(saw_event("SandboxChanged: Pod sandbox changed, it will be killed and re-created."));
  EXPECT_EQ(rt.count("run"), 2);
  EXPECT_EQ(phase(), "Running");
}

} // namespace
} // namespace troupe::actors::kubelet::testing
