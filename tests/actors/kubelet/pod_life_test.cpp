#include "tests/actors/kubelet/world.hpp"

namespace troupe::actors::kubelet::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Test;

struct pod_life : world {};

TEST_F(pod_life, a_pod_becomes_running_and_ready_with_one_status_write) {
  start();
  create_pod();
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(condition("Ready"), "True");
  EXPECT_EQ(condition("PodReadyToStartContainers"), "True");
  EXPECT_EQ(cluster.count(apiserver::verb::patch, "pods", "status"), 1);
  auto& s = pod()->status();
  EXPECT_EQ(api::string_at(s, {"podIP"}), "10.1.0.1");
  EXPECT_EQ(api::string_at(s, {"hostIP"}), "192.0.2.1");
  EXPECT_EQ(api::string_at(s, {"qosClass"}), "BestEffort");
  EXPECT_EQ(api::string_at(status_of(), {"containerID"}), "troupe://c2");
  EXPECT_EQ(events(), (std::vector<std::string>{R"(Pulled: Container image "busybox" already present on machine)",
                                                "Created: Created container: app", "Started: Started container app"}));
}

TEST_F(pod_life, a_status_write_that_fails_is_repeated) {
  start();
  cluster.fail_next = 4;
  create_pod();
  EXPECT_EQ(phase(), "Pending");
  advance(5s);
  EXPECT_EQ(phase(), "Running");
}

TEST_F(pod_life, the_end_of_a_pod_is_told_again_until_the_api_takes_it) {
  start();
  for (int failures : {1, 2, 3}) {
    create_pod();
    cluster.fail_next = failures;
    delete_pod("web");
    advance(60s);
    EXPECT_EQ(phase(), "gone") << "after " << failures << " calls that failed";
  }
}

TEST_F(pod_life, a_crashing_container_restarts_with_growing_pauses) {
  start();
  create_pod();
  rt.end(*rt.find("app"), 1);
  run();
  EXPECT_EQ(api::int_at(status_of(), {"restartCount"}), 1) << "the first restart comes at once";
  rt.end(*rt.find("app"), 1);
  run();
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "reason"}), "CrashLoopBackOff");
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "message"}),
            "back-off 10s restarting failed container=app pod=web_default(u-web)");
  EXPECT_EQ(api::int_at(status_of(), {"lastState", "terminated", "exitCode"}), 1);
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(condition("Ready"), "False");
  EXPECT_TRUE(saw_event("BackOff: Back-off restarting failed container app in pod web_default(u-web)"));
  advance(9s);
  EXPECT_EQ(rt.count("start"), 2);
  advance(2s);
  EXPECT_EQ(rt.count("start"), 3);
  rt.end(*rt.find("app"), 1);
  run();
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "message"}),
            "back-off 20s restarting failed container=app pod=web_default(u-web)");
  EXPECT_EQ(rt.containers.size(), 2u) << "one dead run is kept beside the newest";
}

TEST_F(pod_life, a_container_that_ended_well_is_not_restarted_on_failure_and_the_pod_succeeds) {
  start();
  create_pod(R"({"restartPolicy":"OnFailure"})");
  rt.end(*rt.find("app"), 0);
  run();
  EXPECT_EQ(phase(), "Succeeded");
  EXPECT_EQ(api::string_at(status_of(), {"state", "terminated", "reason"}), "Completed");
  EXPECT_EQ(rt.count("stop-sandbox"), 1);
  advance(60s);
  EXPECT_EQ(rt.count("run"), 1) << "a pod that is done gets no new sandbox";
}

TEST_F(pod_life, a_failed_container_under_never_fails_the_pod) {
  start();
  create_pod(R"({"restartPolicy":"Never"})");
  rt.end(*rt.find("app"), 3);
  run();
  EXPECT_EQ(phase(), "Failed");
  EXPECT_EQ(api::int_at(status_of(), {"state", "terminated", "exitCode"}), 3);
}

TEST_F(pod_life, a_deleted_pod_is_stopped_gracefully_and_removed_from_the_api) {
  start();
  create_pod();
  delete_pod("web", 7);
  EXPECT_EQ(phase(), "gone");
  EXPECT_TRUE(saw_event("Killing: Stopping container app"));
  EXPECT_EQ(rt.count("stop app 7"), 1);
  EXPECT_TRUE(rt.sandboxes.empty());
  EXPECT_EQ(rt.count("remove-files /pods/u-web"), 1);
  auto& last = cluster.calls.back();
  EXPECT_EQ(last.what, apiserver::verb::remove);
  EXPECT_NE(last.body.find(R"("gracePeriodSeconds":0)"), std::string::npos);
  EXPECT_NE(last.body.find(R"("uid":"u-web")"), std::string::npos);
}

TEST_F(pod_life, a_stubborn_container_is_killed_when_its_grace_is_over) {
  start();
  rt.stubborn = {"app"};
  create_pod();
  delete_pod("web", 5);
  advance(4s);
  EXPECT_EQ(phase(), "Running");
  advance(2s);
  EXPECT_EQ(phase(), "gone");
}

TEST_F(pod_life, a_second_deletion_with_less_grace_shortens_the_first) {
  start();
  rt.stubborn = {"app"};
  create_pod();
  delete_pod("web", 300);
  advance(1s);
  delete_pod("web", 0);
  advance(1s);
  EXPECT_EQ(phase(), "gone");
}

TEST_F(pod_life, a_pod_that_vanished_from_the_api_is_killed) {
  start();
  create_pod();
  cluster.remove("pods", {"default", "web"});
  run();
  EXPECT_TRUE(rt.sandboxes.empty());
  EXPECT_EQ(cluster.count(apiserver::verb::remove, "pods"), 0);
}

TEST_F(pod_life, a_failed_sandbox_is_an_event_and_is_tried_again) {
  start();
  rt.run_error = "no addresses left";
  create_pod();
  EXPECT_TRUE(saw_event("FailedCreatePodSandBox: Failed to create pod sandbox: no addresses left"));
  EXPECT_EQ(phase(), "Pending");
  advance(2s);
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "reason"}), "ContainerCreating");
  advance(4s);
  EXPECT_EQ(phase(), "Running");
}

TEST_F(pod_life, a_container_that_cannot_be_created_waits_with_the_runtimes_text) {
  start();
  rt.create_error = "no such device";
  create_pod();
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "reason"}), "CreateContainerError");
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "message"}), "no such device");
  EXPECT_TRUE(saw_event("Failed: Error: no such device"));
  advance(11s);
  EXPECT_EQ(phase(), "Running");
}

TEST_F(pod_life, a_container_that_cannot_be_started_counts_as_a_crash) {
  start();
  rt.start_error = R"(exec: "/nosuch": stat /nosuch: no such file or directory)";
  create_pod();
  EXPECT_EQ(phase(), "Running") << "the second start works";
  EXPECT_EQ(api::int_at(status_of(), {"restartCount"}), 1);
  EXPECT_EQ(api::string_at(status_of(), {"lastState", "terminated", "reason"}), "StartError");
}

TEST_F(pod_life, init_containers_run_one_after_another_and_then_the_apps) {
  start();
  create_pod(R"({"initContainers":[{"name":"a","image":"busybox"},{"name":"b","image":"busybox"}]})");
  rt.images.insert("busybox");
  advance(2s);
  EXPECT_EQ(rt.count("start"), 1);
  EXPECT_EQ(phase(), "Pending");
  EXPECT_EQ(api::string_at(status_of("app"), {"state", "waiting", "reason"}), "PodInitializing");
  rt.end(*rt.find("a"), 0);
  run();
  EXPECT_NE(rt.find("b"), nullptr);
  EXPECT_EQ(rt.find("app"), nullptr);
  rt.end(*rt.find("b"), 0);
  run();
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(condition("Initialized"), "True");
}

TEST_F(pod_life, a_failed_init_container_under_never_fails_the_pod) {
  start();
  create_pod(R"({"restartPolicy":"Never","initContainers":[{"name":"a","image":"busybox"}]})");
  rt.end(*rt.find("a"), 2);
  run();
  EXPECT_EQ(phase(), "Failed");
  EXPECT_EQ(rt.find("app"), nullptr);
}

TEST_F(pod_life, sidecars_start_before_the_apps_and_stop_after_them) {
  start();
  create_pod(
      R"({"restartPolicy":"Never","initContainers":[{"name":"proxy","image":"busybox","restartPolicy":"Always"}]})");
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(rt.find("proxy")->state, runtime::container_state::running);
  rt.end(*rt.find("app"), 0);
  run();
  EXPECT_EQ(phase(), "Succeeded");
  EXPECT_EQ(rt.find("proxy")->state, runtime::container_state::exited);
}

TEST_F(pod_life, an_api_server_that_is_away_delays_the_status_and_nothing_else) {
  caf::anon_send_exit(actors.front(), caf::exit_reason::kill);
  run();
  start();
  create_pod();
  EXPECT_EQ(rt.count("start"), 1);
  EXPECT_EQ(phase(), "Pending");
}

} // namespace
} // namespace troupe::actors::kubelet::testing
