#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

TEST(pod_strategy, a_new_pod_is_pending_with_its_quality) {
  fixture f;
  auto body = parse(R"({"metadata":{"name":"p"},"spec":{"containers":[]},"status":{"phase":"Running"}})");
  prepare_for_create(pod_kind, body, f.ctx);
  EXPECT_EQ(at(body, {"status"}), R"({"phase":"Pending","qosClass":"BestEffort"})");
}

TEST(pod_strategy, a_gated_pod_says_so) {
  fixture f;
  auto body = parse(R"({"metadata":{"name":"p"},"spec":{"schedulingGates":[{"name":"g"}]}})");
  prepare_for_create(pod_kind, body, f.ctx);
  auto& condition = (*api::array_at(body, {"status", "conditions"}))[0];
  EXPECT_EQ(api::string_at(condition, {"type"}), "PodScheduled");
  EXPECT_EQ(api::string_at(condition, {"reason"}), "SchedulingGated");
}

TEST(pod_strategy, label_keys_of_affinity_become_expressions) {
  fixture f;
  auto body = parse(
      R"({"metadata":{"name":"p","labels":{"v":"1"}},
"spec":{"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"z","labelSelector":{},"matchLabelKeys":["v","absent"]}]}}}})");
  prepare_for_create(pod_kind, body, f.ctx);
  auto& term = (*api::array_at(
      body, {"spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"}))[0];
  EXPECT_EQ(api::json::serialize(*api::find(term, {"labelSelector"})),
            R"({"matchExpressions":[{"key":"v","operator":"In","values":["1"]}]})");
}

TEST(pod_strategy, a_status_keeps_owners_and_quality) {
  fixture f;
  auto old = parse(R"({"metadata":{"name":"p","ownerReferences":[{"name":"o"}]},"spec":{"nodeName":"n"},
"status":{"qosClass":"BestEffort"}})");
  auto body = parse(R"({"metadata":{"name":"p"},"spec":{},"status":{"phase":"Running"}})");
  prepare_for_update(pod_kind, "status", body, old, f.ctx);
  EXPECT_EQ(at(body, {"metadata", "ownerReferences"}), R"([{"name":"o"}])");
  EXPECT_EQ(at(body, {"status", "qosClass"}), "\"BestEffort\"");
  EXPECT_EQ(at(body, {"status", "phase"}), "\"Running\"");
  EXPECT_EQ(at(body, {"spec", "nodeName"}), "\"n\"");
}

TEST(pod_strategy, the_subresource_writes_ephemeral_containers_only) {
  fixture f;
  auto old = parse(R"({"metadata":{"name":"p","resourceVersion":"1"},"spec":{"nodeName":"n"},"status":{}})");
  auto body = parse(R"({"metadata":{"name":"p","resourceVersion":"1","labels":{"a":"b"}},"spec":{"nodeName":"m",
"ephemeralContainers":[{"name":"e"}]}})");
  prepare_for_update(pod_kind, "ephemeralcontainers", body, old, f.ctx);
  EXPECT_EQ(at(body, {"spec"}), R"({"nodeName":"n","ephemeralContainers":[{"name":"e"}]})");
  EXPECT_EQ(at(body, {"metadata", "labels"}), "-");
}

} // namespace troupe::policies::strategy
