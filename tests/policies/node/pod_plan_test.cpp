#include "policies/node/pod_plan.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

std::string text(const pod_plan& p) {
  std::string out = p.make_sandbox ? "sandbox " : "";
  for (auto& s : p.starts) out += s.name + std::to_string(s.attempt) + (s.restart ? "! " : " ");
  for (auto& w : p.waits) out += "wait:" + w.name + " ";
  for (auto& k : p.kills) out += "kill:" + k + " ";
  if (p.finished) out += "finished ";
  return out;
}

const auto two_init =
    make_pod(R"({"initContainers":[{"name":"a"},{"name":"b"}],"containers":[{"name":"app"},{"name":"web"}]})");
const auto with_sidecar = make_pod(
    R"({"restartPolicy":"Never","initContainers":[{"name":"s","restartPolicy":"Always"},{"name":"b"}],
      "containers":[{"name":"app"}]})");

struct plan_case {
  std::string name;
  api::object_ptr pod;
  std::map<std::string, container_record, std::less<>> containers;
  std::string expected;
  api::time_point now = noon;
};

container_record with(container_run run, bool started = true) {
  container_record r;
  r.current = std::move(run);
  r.started = started;
  return r;
}
container_record lost(container_run run) {
  auto r = with(std::move(run));
  r.stale = true;
  return r;
}
container_record crashed(container_run run, int times) {
  auto r = with(std::move(run));
  for (int i = 0; i < times; ++i) r.crash.next(noon - 1s, noon - 1s);
  return r;
}

TEST(pod_plan, steps) {
  const plan_case cases[] = {
      {"the first init container comes first", two_init, {}, "a0 "},
      {"while it runs nothing else starts", two_init, {{"a", with(runs())}}, ""},
      {"the second follows the first", two_init, {{"a", with(ran(0, 0))}}, "b0 "},
      {"a failed init container is tried again", two_init, {{"a", with(ran(0, 1))}}, "a1! "},
      {"all app containers start together", two_init, {{"a", with(ran(0, 0))}, {"b", with(ran(0, 0))}}, "app0 web0 "},
      {"the app that is missing starts beside the one that runs",
       two_init,
       {{"a", with(ran(0, 0))}, {"b", with(ran(0, 0))}, {"app", with(runs())}},
       "web0 "},
      {"in a new sandbox all begins with the first init container",
       two_init,
       {{"a", lost(ran(0, 0))}, {"b", lost(ran(0, 0))}, {"app", lost(ran(0, 137))}, {"web", lost(ran(0, 137))}},
       "a1! "},
      {"and goes on when those ran again",
       two_init,
       {{"a", with(ran(1, 0))}, {"b", with(ran(1, 0))}, {"app", lost(ran(0, 137))}, {"web", with(runs())}},
       "app1! "},
      {"init containers whose traces are gone do not run again once apps did",
       two_init,
       {{"app", with(ran(0, 1))}, {"web", with(runs())}},
       "app1! "},
      {"a crash in its pause waits", two_init, {{"app", crashed(ran(1, 1), 1)}, {"web", with(runs())}}, "wait:app "},
      {"after its pause it starts",
       two_init,
       {{"app", crashed(ran(1, 1), 1)}, {"web", with(runs())}},
       "app2! ",
       noon + 10s},
      {"a sidecar starts in its turn", with_sidecar, {}, "s0 "},
      {"what follows a sidecar waits for its startup probe", with_sidecar, {{"s", with(runs(), false)}}, ""},
      {"then the next init container runs beside it", with_sidecar, {{"s", with(runs())}}, "b0 "},
      {"a sidecar that died before the apps started restarts before anything else",
       with_sidecar,
       {{"s", with(ran(0, 0))}, {"b", with(ran(0, 0))}},
       "s1! "},
      {"a sidecar that died beside apps restarts",
       with_sidecar,
       {{"s", with(ran(0, 1))}, {"app", with(runs())}},
       "s1! "},
      {"sidecars of a pod that is done are killed",
       with_sidecar,
       {{"s", with(runs())}, {"app", with(ran(0, 0))}},
       "kill:s finished "},
      {"a failed init container under Never ends the pod",
       with_sidecar,
       {{"s", with(runs())}, {"b", with(ran(0, 1))}},
       "kill:s finished "},
  };
  for (auto& c : cases) {
    auto record = sandboxed();
    record.containers = c.containers;
    EXPECT_EQ(text(plan_pod(*c.pod, record, c.now)), c.expected) << c.name;
  }
}

TEST(pod_plan, a_pod_without_sandbox_gets_one_first_and_not_before_its_pause_is_over) {
  pod_record r;
  EXPECT_TRUE(plan_pod(*two_init, r, noon).make_sandbox);
  r.sandbox_hold_until = noon + 5s;
  auto plan = plan_pod(*two_init, r, noon);
  EXPECT_FALSE(plan.make_sandbox);
  EXPECT_EQ(plan.wake, noon + 5s);
  r.sandbox_busy = true;
  EXPECT_EQ(text(plan_pod(*two_init, r, noon + 9s)), "");
}

TEST(pod_plan, a_busy_container_is_left_alone_and_a_held_one_wakes_the_pod) {
  auto r = sandboxed();
  r.containers["a"].busy = true;
  EXPECT_EQ(text(plan_pod(*two_init, r, noon)), "");
  r.containers["a"] = {};
  r.containers["a"].hold_until = noon + 7s;
  EXPECT_EQ(plan_pod(*two_init, r, noon).wake, noon + 7s);
}

TEST(pod_plan, the_wait_of_a_crash_has_kubernetes_text) {
  auto r = sandboxed();
  r.containers["app"] = crashed(ran(1, 1), 2);
  auto plan = plan_pod(*make_pod(), r, noon);
  ASSERT_EQ(plan.waits.size(), 1u);
  EXPECT_EQ(plan.waits[0].reason, "CrashLoopBackOff");
  EXPECT_EQ(plan.waits[0].message, "back-off 20s restarting failed container=app pod=web_default(u1)");
  EXPECT_EQ(plan.wake, noon + 20s);
}

TEST(pod_plan, restart_policies) {
  auto app = [](std::string_view policy, int code) {
    auto pod = make_pod(fmt::format(R"({{"restartPolicy":"{}","containers":[{{"name":"app"}}]}})", policy));
    return restarts(*pod, container_named(*pod, "app"), ran(0, code));
  };
  EXPECT_TRUE(app("Always", 0));
  EXPECT_TRUE(app("OnFailure", 1));
  EXPECT_FALSE(app("OnFailure", 0));
  EXPECT_FALSE(app("Never", 1));
}

TEST(pod_plan, a_rejected_pod_is_finished) {
  pod_record r;
  r.reason = "Evicted";
  EXPECT_TRUE(is_finished(*two_init, r));
}

} // namespace
} // namespace troupe::policies::node
