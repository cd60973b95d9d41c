#include "policies/node/stream_target.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

TEST(stream_target, the_only_container_needs_no_name) {
  EXPECT_EQ(*choose_container(*make_pod(), ""), "app");
  EXPECT_EQ(*choose_container(*make_pod(), "app"), "app");
  EXPECT_EQ(choose_container(*make_pod(), "x").error().message, "container x is not valid for pod web");
  auto many = make_pod(R"({"initContainers":[{"name":"i"}],"containers":[{"name":"a"},{"name":"b"}]})");
  EXPECT_EQ(choose_container(*many, "").error().message,
            "a container name must be specified for pod web, choose one of: [a b] or one of the init containers: [i]");
}

TEST(stream_target, exec_needs_a_running_container) {
  auto r = sandboxed();
  EXPECT_EQ(run_for_exec(*make_pod(), r, "app").error().message, R"(container not found ("app"))");
  EXPECT_EQ(run_for_exec(*make_pod(), r, "x").error().message, "container x not found in pod web_default");
  r.containers["app"].current = runs(4);
  EXPECT_EQ(run_for_exec(*make_pod(), r, "app")->id, "c4");
  // Between two runs of a container the pod is not complete.
  r.containers["app"].current->state = run_state::exited;
  auto phase = [](const char* status) {
    return make_pod(R"({"containers":[{"name":"app","image":"i"}]})", "{}", status);
  };
  EXPECT_EQ(run_for_exec(*phase(R"({"phase":"Running"})"), r, "app").error().message, R"(container not found ("app"))");
  EXPECT_EQ(run_for_exec(*phase(R"({"phase":"Failed"})"), r, "app").error().message,
            "cannot exec into a container in a completed pod; current phase is Failed");
}

TEST(stream_target, logs_of_the_newest_run_or_of_the_one_before) {
  auto pod = make_pod();
  auto r = sandboxed();
  auto& c = r.containers["app"];
  auto text = [&](bool previous) {
    auto run = run_for_logs(*pod, r, "app", previous);
    return run ? run->id : run.error().message;
  };
  EXPECT_EQ(text(false), R"(container "app" in pod "web" is waiting to start: ContainerCreating)");
  EXPECT_EQ(text(true), R"(previous terminated container "app" in pod "web" not found)");
  c.waiting_reason = "ImagePullBackOff";
  EXPECT_EQ(text(false), R"(container "app" in pod "web" is waiting to start: trying and failing to pull image)");
  c.waiting_reason.clear();
  c.current = runs(1);
  c.previous = ran(0, 1);
  EXPECT_EQ(text(false), "c1");
  EXPECT_EQ(text(true), "c0");
  c.current = ran(1, 1);
  c.waiting_reason = "CrashLoopBackOff";
  EXPECT_EQ(text(true), "c1") << "while it waits, the run that just ended is the previous one";
  EXPECT_EQ(text(false), "c1");
}

} // namespace
} // namespace troupe::policies::node
