#include "policies/inspection/why.hpp"
#include <gmock/gmock.h>

namespace troupe::policies::inspection {
namespace {

namespace json = api::json;

json::object parsed(std::string_view text) { return json::parse(text).as_object(); }

struct why_case {
  std::string name;
  std::string object;
  std::vector<std::string> codes;
  std::string says = {};              ///< part of the last reason's text
  std::string events = "[]", children = "[]";
  std::string node = "{}";
};

const std::string ready_node = R"({"status": {"conditions": [{"type": "Ready", "status": "True"}]}})";
const std::string dead_node = R"({"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}})";

std::vector<json::object> objects(const std::string& list) {
  std::vector<json::object> out;
  auto all = json::parse(list);
  for (auto& o : all.as_array()) out.push_back(o.as_object());
  return out;
}

std::vector<reason> reasons(const why_case& c) {
  evidence e;
  e.object = parsed(c.object);
  e.events = objects(c.events);
  e.children = objects(c.children);
  e.node = parsed(c.node);
  return why(e);
}

void check(const std::vector<why_case>& cases) {
  for (auto& c : cases) {
    auto found = reasons(c);
    std::vector<std::string> codes;
    for (auto& r : found) codes.push_back(r.code);
    EXPECT_EQ(codes, c.codes) << c.name;
    EXPECT_THAT(found.empty() ? c.says : found.back().text, testing::HasSubstr(c.says)) << c.name;
  }
}

TEST(why, a_pod_says_what_its_scheduler_its_node_and_its_containers_say) {
  check({
    {"running", R"({"kind": "Pod", "status": {"conditions": [{"type": "Ready", "status": "True"}]}})", {}},
    {"ended well", R"({"kind": "Pod", "status": {"phase": "Succeeded"}})", {}},
    {"no room", R"({"kind": "Pod", "status": {"conditions": [{"type": "PodScheduled", "status": "False",
      "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient cpu."}]}})",
     {"Unschedulable"}, "3 Insufficient cpu"},
    {"gated", R"({"kind": "Pod", "status": {"conditions": [{"type": "PodScheduled", "status": "False",
      "reason": "SchedulingGated", "message": "Scheduling is blocked due to non-empty scheduling gates"}]}})",
     {"SchedulingGated"}},
    {"nobody has looked", R"({"kind": "Pod", "status": {}})", {"NotScheduled"}},
    {"an image that is not there", R"({"kind": "Pod", "spec": {"nodeName": "n"}, "status": {"containerStatuses": [
      {"name": "web", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling"}}}]}})",
     {"ImagePullBackOff"}, "container web: Back-off pulling", "[]", "[]", ready_node},
    {"a container that keeps ending", R"({"kind": "Pod", "spec": {"nodeName": "n"}, "status": {"containerStatuses": [
      {"name": "web", "state": {"waiting": {"reason": "CrashLoopBackOff"}},
       "lastState": {"terminated": {"exitCode": 3, "reason": "Error"}}}]}})",
     {"CrashLoopBackOff"}, "it ended with 3 (Error)", "[]", "[]", ready_node},
    {"an init container comes first, and those that wait for it say nothing",
     R"({"kind": "Pod", "spec": {"nodeName": "n"}, "status": {"initContainerStatuses": [
      {"name": "init", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}}], "containerStatuses": [
      {"name": "web", "state": {"waiting": {"reason": "PodInitializing"}}}]}})",
     {"Error"}, "container init", "[]", "[]", ready_node},
    {"a node that is silent", R"({"kind": "Pod", "spec": {"nodeName": "n"}, "status": {}})", {"NodeNotReady"}, "n", "[]",
     "[]", dead_node},
    {"a probe that fails", R"({"kind": "Pod", "spec": {"nodeName": "n"}, "status": {"conditions": [
      {"type": "ContainersReady", "status": "False", "reason": "ContainersNotReady", "message": "unready: [web]"}]}})",
     {"ContainersNotReady", "Unhealthy"}, "Readiness probe failed",
     R"([{"type": "Normal", "reason": "Started", "lastTimestamp": "2026-01-01T00:00:09Z"},
         {"type": "Warning", "reason": "Unhealthy", "message": "Readiness probe failed: 503",
          "lastTimestamp": "2026-01-01T00:00:02Z"},
         {"type": "Warning", "reason": "BackOff", "lastTimestamp": "2026-01-01T00:00:01Z"}])",
     "[]", ready_node},
  });
}

TEST(why, a_deletion_says_who_has_not_let_go) {
  std::string gone = R"("deletionTimestamp": "2026-01-01T00:00:00Z")";
  check({
    {"a finalizer", R"({"kind": "ConfigMap", "metadata": {)" + gone + R"(, "finalizers": ["example.com/hold"]}})",
     {"Finalizer"}, "example.com/hold"},
    {"dependents", R"({"kind": "Deployment", "metadata": {)" + gone + R"(, "finalizers": ["foregroundDeletion"]}})",
     {"Dependent"}, "replicaset/web-1", "[]", R"([{"kind": "ReplicaSet", "metadata": {"name": "web-1"}}])"},
    {"a pod of a silent node", R"({"kind": "Pod", "metadata": {)" + gone + R"(}, "spec": {"nodeName": "n"}})",
     {"NodeNotReady"}, "does not confirm", "[]", "[]", dead_node},
    {"a pod of a node that is gone", R"({"kind": "Pod", "metadata": {)" + gone + R"(}, "spec": {"nodeName": "n"}})",
     {"NodeGone"}, "n"},
    {"a pod in its grace period",
     R"({"kind": "Pod", "metadata": {)" + gone + R"(, "deletionGracePeriodSeconds": 30}, "spec": {"nodeName": "n"}})",
     {"Terminating"}, "30 s", "[]", "[]", ready_node},
    {"a namespace with something left", R"({"kind": "Namespace", "metadata": {)" + gone + R"(}, "status": {"conditions": [
      {"type": "NamespaceContentRemaining", "status": "True", "reason": "SomeResourcesRemain", "message": "1 left"},
      {"type": "NamespaceContentFailure", "status": "False"}]}})",
     {"SomeResourcesRemain", "ContentRemaining"}, "pod/stays", "[]",
     R"([{"kind": "Pod", "metadata": {"name": "stays"}}])"},
    {"nothing known", R"({"kind": "ConfigMap", "metadata": {)" + gone + "}}", {"Terminating"}},
  });
}

TEST(why, workloads_say_what_their_controllers_say) {
  check({
    {"as wished", R"({"kind": "Deployment", "metadata": {"generation": 2}, "spec": {"replicas": 2}, "status":
      {"observedGeneration": 2, "readyReplicas": 2, "updatedReplicas": 2}})", {}},
    {"scaled to nothing", R"({"kind": "ReplicaSet", "spec": {"replicas": 0}, "status": {}})", {}},
    {"no quota", R"({"kind": "ReplicaSet", "spec": {"replicas": 1}, "status": {"conditions": [{"type": "ReplicaFailure",
      "status": "True", "reason": "FailedCreate", "message": "pods \"web\" is forbidden: exceeded quota"}]}})",
     {"FailedCreate", "NotReady"}, "0 of 1"},
    {"a rollout that does not move", R"({"kind": "Deployment", "spec": {"replicas": 3}, "status": {"readyReplicas": 2,
      "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}})",
     {"ProgressDeadlineExceeded", "NotReady"}, "2 of 3"},
    {"paused", R"({"kind": "Deployment", "spec": {"replicas": 1, "paused": true}, "status": {}})",
     {"Paused", "NotReady"}},
    {"not seen yet", R"({"kind": "Deployment", "metadata": {"generation": 3}, "spec": {"replicas": 1}, "status":
      {"observedGeneration": 2, "readyReplicas": 1, "updatedReplicas": 1}})", {"NotObserved"}},
  });
}

TEST(why, claims_and_nodes_say_what_they_wait_for) {
  check({
    {"bound", R"({"kind": "PersistentVolumeClaim", "status": {"phase": "Bound"}})", {}},
    {"no class", R"({"kind": "PersistentVolumeClaim", "status": {"phase": "Pending"}})", {"Pending"}, "no storage class"},
    {"a class without volumes", R"({"kind": "PersistentVolumeClaim", "spec": {"storageClassName": "fast"}})",
     {"Pending", "ProvisioningFailed"}, "storageclass not found",
     R"([{"type": "Warning", "reason": "ProvisioningFailed", "message": "storageclass not found"}])"},
    {"a node that is cordoned", R"({"kind": "Node", "spec": {"unschedulable": true}, "status": {"conditions": [
      {"type": "Ready", "status": "True"}]}})", {"Unschedulable"}, "cordoned"},
    {"a node that was lost", R"({"kind": "Node", "status": {"conditions": [{"type": "Ready", "status": "Unknown",
      "reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}]}})",
     {"NodeStatusUnknown"}, "stopped posting"},
  });
}

TEST(why, those_below_speak_after_it_and_who_is_well_says_nothing) {
  evidence e, set, good, bad;
  e.object = parsed(R"({"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 2}, "status": {}})");
  set.object = parsed(R"({"kind": "ReplicaSet", "metadata": {"name": "web-1"}, "spec": {"replicas": 2}, "status": {}})");
  good.object = parsed(R"({"kind": "Pod", "metadata": {"name": "web-1-a"}, "status": {"phase": "Succeeded"}})");
  bad.object = parsed(R"({"kind": "Pod", "metadata": {"name": "web-1-b"}})");
  set.below = {good, bad};
  e.below = {set};
  auto found = why(e);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].object, "deployment/web");
  EXPECT_EQ(found[1].object, "replicaset/web-1");
  EXPECT_EQ(found[2].object, "pod/web-1-b");
}

TEST(why, damaged_objects_are_no_trouble) {
  for (auto* text : {"{}", R"({"kind": 3})", R"({"kind": "Pod", "spec": [], "status": {"containerStatuses": [1, null]}})",
                     R"({"kind": "Pod", "metadata": {"deletionTimestamp": 5, "finalizers": [7]}})"}) {
    evidence e;
    e.object = parsed(text);
    EXPECT_LE(why(e).size(), 3U) << text;
  }
}

} // namespace
} // namespace troupe::policies::inspection
