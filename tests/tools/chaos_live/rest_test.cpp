#include "tools/chaos/live/rest.hpp"
#include <gmock/gmock.h>

namespace troupe::tools::chaos::live {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<api::json::object> objects(std::initializer_list<const char*> texts) {
  std::vector<api::json::object> out;
  for (auto* text : texts) out.push_back(api::json::parse(text).as_object());
  return out;
}

constexpr const char* ready = R"({"metadata":{"name":"master1"},"status":{"conditions":[
  {"type":"MemoryPressure","status":"False"},{"type":"Ready","status":"True"}]}})";

struct rest_case {
  std::string name;
  listed_objects seen;
  std::string waits; ///< empty: at rest
};

TEST(live_rest, names_what_waits_and_for_whom) {
  const rest_case cases[] = {
    {.name = "all is well",
     .seen = {{"pods", objects({R"({"metadata":{"name":"p"},"spec":{"nodeName":"n"},"status":{"phase":"Running"}})",
                                R"({"metadata":{"name":"q"},"spec":{"nodeName":"n"},"status":{"phase":"Failed"}})"})},
              {"deployments", objects({R"({"metadata":{"name":"d","generation":2},"spec":{"replicas":2},"status":
                {"observedGeneration":2,"replicas":2,"updatedReplicas":2,"availableReplicas":2}})"})},
              {"namespaces", objects({R"({"metadata":{"name":"default"}})"})}}},
    {.name = "a deployment of none is complete",
     .seen = {{"deployments", objects({R"({"metadata":{"name":"d","generation":1},"spec":{"replicas":0},
                "status":{"observedGeneration":1}})"})}}},
    {.name = "a controller has not seen a deployment's change",
     .seen = {{"deployments", objects({R"({"metadata":{"name":"d","generation":3},"spec":{"replicas":1},"status":
                {"observedGeneration":2,"replicas":1,"updatedReplicas":1,"availableReplicas":1}})"})}},
     .waits = "deployment d waits for its controller: generation 2 of 3 was seen"},
    {.name = "a rollout is not at its end",
     .seen = {{"deployments", objects({R"({"metadata":{"name":"d","generation":1},"spec":{"replicas":2},"status":
                {"observedGeneration":1,"replicas":3,"updatedReplicas":1,"availableReplicas":2}})"})}},
     .waits = "deployment d wants 2 pods and has 3, 1 of them updated, 2 available"},
    {.name = "pods are not available",
     .seen = {{"deployments", objects({R"({"metadata":{"name":"d","generation":1},"spec":{},"status":
                {"observedGeneration":1,"replicas":1,"updatedReplicas":1}})"})}},
     .waits = "deployment d wants 1 pods and has 1, 1 of them updated, 0 available"},
    {.name = "nobody has placed a pod",
     .seen = {{"pods", objects({R"({"metadata":{"name":"p"},"spec":{},"status":{"phase":"Pending"}})"})}},
     .waits = "pod p waits for the scheduler"},
    {.name = "a node has not started a pod",
     .seen = {{"pods", objects({R"({"metadata":{"name":"p"},"spec":{"nodeName":"n"},"status":{"phase":"Pending"}})"})}},
     .waits = "pod p waits for n to start it"},
    {.name = "a node has not removed a pod",
     .seen = {{"pods", objects({R"({"metadata":{"name":"p","deletionTimestamp":"2024-01-01T00:00:00Z"},
                "spec":{"nodeName":"n"},"status":{"phase":"Running"}})"})}},
     .waits = "pod p waits for n to remove it"},
    {.name = "a pod that nobody has placed is not removed",
     .seen = {{"pods", objects({R"({"metadata":{"name":"p","deletionTimestamp":"2024-01-01T00:00:00Z"},"spec":{}})"})}},
     .waits = "pod p waits for the API to remove it"},
    {.name = "an object is not released",
     .seen = {{"configmaps", objects({R"({"metadata":{"name":"a"}})", R"({"metadata":{"name":"b",
                "deletionTimestamp":"2024-01-01T00:00:00Z","finalizers":["x/y"]}})"})}},
     .waits = "config map b waits for its finalizers"},
    {.name = "a namespace is still there",
     .seen = {{"namespaces", objects({R"({"metadata":{"name":"default"}})", R"({"metadata":{"name":"churn-3"}})"})}},
     .waits = "namespace churn-3 has not gone"},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto seen = c.seen;
    seen["nodes"] = objects({ready});
    auto waits = waits_of({"master1"}, seen);
    if (c.waits.empty()) EXPECT_THAT(waits, IsEmpty());
    else EXPECT_THAT(waits, ElementsAre(c.waits));
  }
}

TEST(live_rest, wants_all_nodes_ready) {
  listed_objects seen{{"nodes", objects({ready, R"({"metadata":{"name":"worker2"},"status":{"conditions":[
    {"type":"Ready","status":"Unknown"}]}})", R"({"metadata":{"name":"worker3"}})"})}};
  EXPECT_THAT(waits_of({"master1", "worker2", "worker3", "worker4"}, seen),
              ElementsAre("node worker2 is not Ready", "node worker3 is not Ready",
                          "node worker4 has not registered itself"));
}

} // namespace
} // namespace troupe::tools::chaos::live
