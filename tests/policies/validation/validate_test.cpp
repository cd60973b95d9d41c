#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(validate, subresources) {
  auto parse = [](std::string_view text) { return api::json::parse(text).as_object(); };
  expect_errors(validate_scale(parse(R"({"metadata":{"name":"a","namespace":"n"},"spec":{"replicas":0}})")), {});
  expect_errors(validate_scale(parse(R"({"metadata":{"name":"a","namespace":"n"},"spec":{"replicas":-1}})")),
                {"spec.replicas: Invalid value: -1: must be greater than or equal to 0"});
  expect_errors(validate_binding(parse(R"({"target":{"kind":"Node","name":"n"}})")), {});
  expect_errors(validate_binding(parse(R"({"target":{"kind":"Pod"}})")),
                {"target.kind: Unsupported value: \"Pod\": supported values: \"Node\", \"<empty>\"",
                 "target.name: Required value"});
  expect_errors(validate_token_request(parse(R"({"spec":{"expirationSeconds":600}})")), {});
  expect_errors(validate_token_request(parse(R"({"spec":{"expirationSeconds":599}})")),
                {"spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes"});
  expect_errors(
      validate_token_request(parse(R"({"spec":{"expirationSeconds":4294967297}})")),
      {"spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds"});
  EXPECT_TRUE(validate_eviction(parse(R"({"metadata":{"name":"p"}})"), "p"));
  EXPECT_EQ(validate_eviction(parse(R"({"metadata":{"name":"q"}})"), "p").error().code, 400);
}

TEST(validate, kinds_without_rules_of_their_own_get_those_of_metadata) {
  expect_errors(
      validate_create({"example.com", "v1", "Thing"}, api::json::parse(R"({"metadata":{"name":"A"}})").as_object()),
      {"metadata.name: Invalid value: \"A\": a lowercase..."});
  expect_errors(validate_create({"", "v1", "ServiceAccount"},
                                api::json::parse(R"({"metadata":{"name":"a","namespace":"n"}})").as_object()),
                {});
}

/// Decoding refuses wrong types; whatever slips through must not end the process.
TEST(validate, members_of_any_type_get_an_answer) {
  const std::vector<std::string_view> values{"null", "7",    "\"x\"", "[]",   "[7]",         "{}",
                                             "[{}]", "true", "-1",    "[[]]", "{\"a\":[{}]}"};
  const std::vector<std::pair<std::string_view, std::string_view>> kinds{
      {"v1", "Pod"},
      {"v1", "Service"},
      {"v1", "Secret"},
      {"v1", "ConfigMap"},
      {"apps/v1", "Deployment"},
      {"apps/v1", "StatefulSet"},
      {"apps/v1", "DaemonSet"},
      {"batch/v1", "Job"},
      {"batch/v1", "CronJob"},
      {"v1", "LimitRange"},
      {"v1", "Node"},
      {"v1", "ReplicationController"},
      {"autoscaling/v2", "HorizontalPodAutoscaler"},
      {"v1", "PersistentVolume"},
      {"v1", "PersistentVolumeClaim"},
      {"networking.k8s.io/v1", "Ingress"},
      {"networking.k8s.io/v1", "NetworkPolicy"},
      {"policy/v1", "PodDisruptionBudget"},
      {"v1", "Endpoints"},
      {"discovery.k8s.io/v1", "EndpointSlice"},
      {"rbac.authorization.k8s.io/v1", "ClusterRole"},
      {"v1", "Event"},
      {"events.k8s.io/v1", "Event"},
      {"v1", "ResourceQuota"}};
  for (auto& [version, kind] : kinds)
    for (auto member : {"spec",
                        "status",
                        "metadata",
                        "data",
                        "type",
                        "subsets",
                        "endpoints",
                        "rules",
                        "spec.containers",
                        "spec.volumes",
                        "spec.template",
                        "spec.ports",
                        "spec.limits",
                        "spec.strategy",
                        "spec.updateStrategy",
                        "spec.selector",
                        "spec.metrics",
                        "spec.taints",
                        "spec.template.spec",
                        "spec.template.spec.containers",
                        "spec.affinity",
                        "spec.rules",
                        "spec.ingress",
                        "spec.hard",
                        "spec.jobTemplate",
                        "spec.behavior",
                        "status.conditions",
                        "spec.tolerations",
                        "spec.securityContext"})
      for (auto value : values) {
        auto body = api::json::parse(valid_pod).as_object();
        apply_change(body, {member, value});
        auto type = api::group_version_kind::parse(version, kind);
        auto old = api::json::parse(valid_pod).as_object();
        (void)validate_create(type, body);
        (void)validate_update(type, body, old);
        (void)validate_update(type, old, body);
        (void)validate_status_update(type, body, old);
      }
}

} // namespace troupe::policies::validation
