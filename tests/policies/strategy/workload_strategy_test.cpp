#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

TEST(workload_strategy, a_new_job_selects_its_own_pods) {
  fixture f;
  auto body = parse(R"({"metadata":{"name":"j"},"spec":{"template":{"metadata":{"labels":{"job-name":"kept"}}}}})");
  prepare_for_create({"batch", "v1", "Job"}, body, f.ctx);
  auto uid = at(body, {"metadata", "uid"});
  EXPECT_EQ(at(body, {"spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"}), uid);
  EXPECT_EQ(at(body, {"spec", "template", "metadata", "labels", "controller-uid"}), uid);
  EXPECT_EQ(at(body, {"spec", "template", "metadata", "labels", "batch.kubernetes.io/job-name"}), "\"j\"");
  EXPECT_EQ(at(body, {"spec", "template", "metadata", "labels", "job-name"}), "\"kept\"");
}

TEST(workload_strategy, a_job_with_a_selector_of_its_own_is_left_alone) {
  fixture f;
  auto body = parse(R"({"metadata":{"name":"j"},"spec":{"manualSelector":true,"template":{}}})");
  prepare_for_create({"batch", "v1", "Job"}, body, f.ctx);
  EXPECT_EQ(at(body, {"spec", "selector"}), "-");
}

TEST(workload_strategy, daemon_sets_count_their_templates) {
  fixture f;
  const api::group_version_kind kind{"apps", "v1", "DaemonSet"};
  auto body = parse(R"({"metadata":{"name":"d"},"spec":{"template":{"a":1}}})");
  prepare_for_create(kind, body, f.ctx);
  constexpr std::string_view note = "deprecated.daemonset.template.generation";
  EXPECT_EQ(at(body, {"metadata", "annotations", note}), "\"1\"");
  auto next = body;
  api::set_at(next, {"spec", "minReadySeconds"}, 5);
  prepare_for_update(kind, "", next, body, f.ctx);
  EXPECT_EQ(at(next, {"metadata", "annotations", note}), "\"1\"");
  EXPECT_EQ(at(next, {"metadata", "generation"}), "2");
  auto third = next;
  api::set_at(third, {"spec", "template", "a"}, 2);
  prepare_for_update(kind, "", third, next, f.ctx);
  EXPECT_EQ(at(third, {"metadata", "annotations", note}), "\"2\"");
}

TEST(workload_strategy, the_status_of_a_deployment_keeps_its_labels) {
  fixture f;
  auto old = parse(R"({"metadata":{"name":"d","labels":{"a":"b"}},"spec":{},"status":{}})");
  auto body = parse(R"({"metadata":{"name":"d","labels":{"a":"c"}},"status":{"replicas":1}})");
  prepare_for_update(deployment_kind, "status", body, old, f.ctx);
  EXPECT_EQ(at(body, {"metadata", "labels", "a"}), "\"b\"");
}

} // namespace troupe::policies::strategy
