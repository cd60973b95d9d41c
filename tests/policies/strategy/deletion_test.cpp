#include "policies/strategy/deletion.hpp"
#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

namespace {

const api::group_resource pods{"", "pods"}, deployments{"apps", "deployments"}, namespaces{"", "namespaces"};
using action = deletion_plan::action;

deletion_plan plan(const api::group_version_kind& kind, const api::group_resource& type, std::string_view object,
                   std::string_view options = "{}") {
  fixture f;
  auto out = plan_delete(kind, type, *make(object), delete_options::parse(parse(options)), f.now);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : deletion_plan{};
}

constexpr std::string_view running = R"({"metadata":{"name":"p","generation":2},"spec":{"nodeName":"n",
"terminationGracePeriodSeconds":30},"status":{"phase":"Running"}})";

} // namespace

TEST(deletion, most_objects_go_at_once) {
  EXPECT_EQ(plan(deployment_kind, deployments, R"({"metadata":{"name":"d"}})").what, action::remove);
}

TEST(deletion, finalizers_are_waited_for) {
  auto marked = plan(deployment_kind, deployments, R"({"metadata":{"name":"d","generation":4,"finalizers":["a/b"]}})");
  EXPECT_EQ(marked.what, action::mark);
  EXPECT_EQ(at(marked.body, {"metadata", "deletionTimestamp"}), "\"2026-01-01T12:00:00Z\"");
  EXPECT_EQ(at(marked.body, {"metadata", "deletionGracePeriodSeconds"}), "0");
  EXPECT_EQ(at(marked.body, {"metadata", "generation"}), "5");
  EXPECT_EQ(plan(deployment_kind, deployments, api::json::serialize(marked.body)).what, action::nothing);
}

TEST(deletion, the_policy_sets_the_finalizers_of_garbage_collection) {
  constexpr std::string_view object = R"({"metadata":{"name":"d"}})";
  auto finalizers = [&](std::string_view options) {
    return at(plan(deployment_kind, deployments, object, options).body, {"metadata", "finalizers"});
  };
  EXPECT_EQ(finalizers(R"({"propagationPolicy":"Foreground"})"), R"(["foregroundDeletion"])");
  EXPECT_EQ(finalizers(R"({"propagationPolicy":"Orphan"})"), R"(["orphan"])");
  EXPECT_EQ(finalizers(R"({"orphanDependents":true})"), R"(["orphan"])");
  EXPECT_EQ(finalizers(R"({"propagationPolicy":"Background"})"), "-");
  auto changed = plan(deployment_kind, deployments, R"({"metadata":{"name":"d","finalizers":["orphan","a/b"]}})",
                      R"({"propagationPolicy":"Foreground"})");
  EXPECT_EQ(at(changed.body, {"metadata", "finalizers"}), R"(["a/b","foregroundDeletion"])");
  EXPECT_EQ(at(plan({"batch", "v1", "Job"}, {"batch", "jobs"}, R"({"metadata":{"name":"j"}})").body,
               {"metadata", "finalizers"}),
            R"(["orphan"])");
}

TEST(deletion, a_running_pod_gets_its_own_time) {
  auto marked = plan(pod_kind, pods, running);
  EXPECT_EQ(marked.what, action::mark);
  EXPECT_EQ(at(marked.body, {"metadata", "deletionTimestamp"}), "\"2026-01-01T12:00:30Z\"");
  EXPECT_EQ(at(marked.body, {"metadata", "deletionGracePeriodSeconds"}), "30");
  EXPECT_EQ(
      at(plan(pod_kind, pods, running, R"({"gracePeriodSeconds":5})").body, {"metadata", "deletionGracePeriodSeconds"}),
      "5");
  EXPECT_EQ(at(plan(pod_kind, pods, running, R"({"gracePeriodSeconds":-1})").body,
               {"metadata", "deletionGracePeriodSeconds"}),
            "1");
  EXPECT_EQ(plan(pod_kind, pods, running, R"({"gracePeriodSeconds":0})").what, action::remove);
}

TEST(deletion, a_pod_that_runs_nowhere_goes_at_once) {
  EXPECT_EQ(plan(pod_kind, pods, R"({"metadata":{"name":"p"},"spec":{"terminationGracePeriodSeconds":30},
"status":{"phase":"Pending"}})")
                .what,
            action::remove);
  EXPECT_EQ(
      plan(pod_kind, pods, R"({"metadata":{"name":"p"},"spec":{"nodeName":"n"},"status":{"phase":"Succeeded"}})").what,
      action::remove);
}

TEST(deletion, only_a_shorter_time_changes_a_deletion_under_way) {
  auto marked = api::json::serialize(plan(pod_kind, pods, running).body);
  EXPECT_EQ(plan(pod_kind, pods, marked).what, action::nothing);
  EXPECT_EQ(plan(pod_kind, pods, marked, R"({"gracePeriodSeconds":30})").what, action::nothing);
  auto shorter = plan(pod_kind, pods, marked, R"({"gracePeriodSeconds":10})");
  EXPECT_EQ(shorter.what, action::mark);
  EXPECT_EQ(at(shorter.body, {"metadata", "deletionTimestamp"}), "\"2026-01-01T12:00:10Z\"");
  EXPECT_EQ(plan(pod_kind, pods, marked, R"({"gracePeriodSeconds":0})").what, action::remove);
}

TEST(deletion, a_pod_with_finalizers_stays_after_its_time) {
  auto object = R"({"metadata":{"name":"p","finalizers":["a/b"]},"spec":{"nodeName":"n"},
"status":{"phase":"Running"}})";
  auto marked = plan(pod_kind, pods, object, R"({"gracePeriodSeconds":0})");
  EXPECT_EQ(marked.what, action::mark);
  EXPECT_FALSE(finished(pod_kind, marked.body));
  auto freed = marked.body;
  api::erase_at(freed, {"metadata", "finalizers"});
  EXPECT_TRUE(finished(pod_kind, freed));
}

TEST(deletion, a_namespace_ends_when_its_contents_are_gone) {
  auto marked = plan(namespace_kind, namespaces,
                     R"({"metadata":{"name":"n"},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}})");
  EXPECT_EQ(marked.what, action::mark);
  EXPECT_EQ(at(marked.body, {"status", "phase"}), "\"Terminating\"");
  EXPECT_EQ(at(marked.body, {"metadata", "deletionTimestamp"}), "\"2026-01-01T12:00:00Z\"");
  EXPECT_FALSE(finished(namespace_kind, marked.body));
  EXPECT_EQ(plan(namespace_kind, namespaces, api::json::serialize(marked.body)).what, action::nothing);
  api::set_at(marked.body, {"spec", "finalizers"}, api::json::array{});
  EXPECT_TRUE(finished(namespace_kind, marked.body));
  EXPECT_EQ(plan(namespace_kind, namespaces, api::json::serialize(marked.body)).what, action::remove);
}

TEST(deletion, some_namespaces_stay_for_ever) {
  fixture f;
  for (std::string name : {"default", "kube-system", "kube-public"}) {
    auto refused =
        plan_delete(namespace_kind, namespaces, *make(R"({"metadata":{"name":")" + name + R"("}})"), {}, f.now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, 403);
    EXPECT_EQ(refused.error().message, "namespaces \"" + name + "\" is forbidden: this namespace may not be deleted");
  }
}

TEST(deletion, preconditions_must_hold) {
  fixture f;
  auto object = make(R"({"metadata":{"name":"d","uid":"u","resourceVersion":"5"}})");
  auto refused = plan_delete(deployment_kind, deployments, *object, {.uid = "v"}, f.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, 409);
  EXPECT_EQ(refused.error().message, "Operation cannot be fulfilled on deployments.apps \"d\": Precondition failed: "
                                     "UID in precondition: v, UID in object meta: u");
  EXPECT_FALSE(plan_delete(deployment_kind, deployments, *object, {.resource_version = "4"}, f.now));
  EXPECT_TRUE(plan_delete(deployment_kind, deployments, *object, {.uid = "u", .resource_version = "5"}, f.now));
}

} // namespace troupe::policies::strategy
