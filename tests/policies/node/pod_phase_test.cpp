#include "policies/node/pod_phase.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

struct phase_case {
  std::string name;
  std::string policy;
  std::vector<container_record> apps;
  std::string expected;
  bool ending = false;
};

container_record with(container_run run) {
  container_record r;
  r.current = std::move(run);
  r.started = r.ready = true;
  return r;
}
container_record waiting_after(container_run run) {
  auto r = with(std::move(run));
  r.waiting_reason = "CrashLoopBackOff";
  return r;
}

TEST(pod_phase, by_restart_policy_and_containers) {
  const phase_case cases[] = {
    {"nothing started", "Always", {{}, {}}, "Pending"},
    {"one of two started", "Always", {with(runs()), {}}, "Pending"},
    {"all run", "Always", {with(runs()), with(runs())}, "Running"},
    {"one waits for its restart", "Always", {with(runs()), waiting_after(ran(0, 1))}, "Running"},
    {"all wait for their restart", "Always", {waiting_after(ran(0, 1)), waiting_after(ran(0, 1))}, "Running"},
    {"all ended well under OnFailure", "OnFailure", {with(ran(0, 0)), with(ran(0, 0))}, "Succeeded"},
    {"one failed under OnFailure", "OnFailure", {with(ran(0, 0)), with(ran(0, 1))}, "Running"},
    {"one failed under Never", "Never", {with(ran(0, 0)), with(ran(0, 1))}, "Failed"},
    {"one runs yet under Never", "Never", {with(runs()), with(ran(0, 1))}, "Running"},
    {"a deleted pod that ended well", "Always", {with(ran(0, 0)), with(ran(0, 0))}, "Succeeded", true},
    {"a deleted pod that was killed", "Always", {with(ran(0, 0)), with(ran(0, 143))}, "Failed", true},
    {"a deleted pod that never ran", "Always", {{}, {}}, "Failed", true},
    {"a deleted pod that runs yet", "Always", {with(runs()), with(ran(0, 1))}, "Running", true},
  };
  for (auto& c : cases) {
    auto pod =
        make_pod(fmt::format(R"({{"restartPolicy":"{}","containers":[{{"name":"a"}},{{"name":"b"}}]}})", c.policy));
    auto record = sandboxed();
    record.ending = c.ending;
    record.containers["a"] = c.apps[0];
    record.containers["b"] = c.apps[1];
    EXPECT_EQ(pod_phase(*pod, record), c.expected) << c.name;
  }
}

TEST(pod_phase, init_containers_keep_the_pod_pending_until_they_fail_for_good) {
  auto pod = make_pod(R"({"restartPolicy":"Never","initContainers":[{"name":"i"}],"containers":[{"name":"a"}]})");
  auto r = sandboxed();
  r.containers["i"] = with(runs());
  EXPECT_EQ(pod_phase(*pod, r), "Pending");
  r.containers["i"] = with(ran(0, 1));
  EXPECT_EQ(pod_phase(*pod, r), "Failed");
}

const api::json::object& find(const api::json::array& all, std::string_view type) {
  for (auto& c : all)
    if (api::string_at(c, {"type"}) == type) return c.get_object();
  throw std::runtime_error("no condition");
}

TEST(pod_phase, conditions_name_the_containers_that_are_missing) {
  auto pod = make_pod(R"({"initContainers":[{"name":"i"}],"containers":[{"name":"a"},{"name":"b"}]})");
  auto r = sandboxed();
  auto all = pod_conditions(*pod, r, "Pending", noon);
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(api::string_at(find(all, "Initialized"), {"message"}), "containers with incomplete status: [i]");
  EXPECT_EQ(api::string_at(find(all, "Initialized"), {"reason"}), "ContainersNotInitialized");
  EXPECT_EQ(api::string_at(find(all, "Ready"), {"message"}), "containers with unready status: [a b]");
  EXPECT_EQ(api::string_at(find(all, "Ready"), {"reason"}), "ContainersNotReady");
  EXPECT_EQ(api::string_at(find(all, "PodScheduled"), {"status"}), "True");
  EXPECT_EQ(api::string_at(find(all, "PodReadyToStartContainers"), {"status"}), "True");
}

TEST(pod_phase, conditions_of_ended_pods_say_so) {
  auto pod = make_pod(R"({"restartPolicy":"Never","containers":[{"name":"a"}]})");
  auto r = sandboxed();
  r.containers["a"] = with(ran(0, 0));
  auto all = pod_conditions(*pod, r, "Succeeded", noon);
  EXPECT_EQ(api::string_at(find(all, "Ready"), {"reason"}), "PodCompleted");
  EXPECT_EQ(api::string_at(find(pod_conditions(*pod, r, "Failed", noon), "Ready"), {"reason"}), "PodFailed");
}

TEST(pod_phase, transition_times_and_conditions_of_others_stay) {
  auto pod =
      make_pod(R"({"containers":[{"name":"a"}],"readinessGates":[{"conditionType":"lb"},{"conditionType":"x"}]})", "{}",
               R"({"conditions":[{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},
                                        {"type":"lb","status":"False"}]})");
  auto r = sandboxed();
  r.containers["a"] = with(runs());
  auto all = pod_conditions(*pod, r, "Running", noon);
  EXPECT_EQ(api::string_at(find(all, "PodScheduled"), {"lastTransitionTime"}), "2026-01-01T00:00:00Z");
  EXPECT_EQ(api::string_at(find(all, "ContainersReady"), {"lastTransitionTime"}), "2026-11-22T12:00:00Z");
  EXPECT_EQ(api::string_at(find(all, "lb"), {"status"}), "False");
  EXPECT_EQ(api::string_at(find(all, "Ready"), {"reason"}), "ReadinessGatesNotReady");
  EXPECT_EQ(
      api::string_at(find(all, "Ready"), {"message"}),
      R"(the status of pod readiness gate "lb" is not "True", but False, )"
      R"(corresponding condition of pod readiness gate "x" does not exist.)");
}

TEST(pod_phase, an_evicted_pod_says_that_it_was_disrupted) {
  pod_record record;
  record.reason = "Evicted";
  record.message = "too much";
  auto all = pod_conditions(*make_pod(), record, "Failed", noon);
  EXPECT_EQ(api::string_at(find(all, "DisruptionTarget"), {"reason"}), "TerminationByKubelet");
  EXPECT_EQ(api::string_at(find(all, "DisruptionTarget"), {"message"}), "too much");
}

} // namespace
} // namespace troupe::policies::node
