#include "policies/schema/conversion.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(conversion_autoscaler, a_cpu_target_has_a_field_in_both_versions) {
  auto served =
      json::parse(
          R"({"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v1","metadata":{"name":"h",)"
          R"("creationTimestamp":null},"spec":)"
          R"({"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},"maxReplicas":5,)"
          R"("targetCPUUtilizationPercentage":80},"status":{"currentReplicas":0,"desiredReplicas":0}})")
          .get_object();
  auto stored = autoscaler_to_v2(served);
  EXPECT_EQ(
      json::serialize(stored),
      R"({"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"h",)"
      R"("creationTimestamp":null},"spec":)"
      R"({"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},"maxReplicas":5,)"
      R"("metrics":[{"type":"Resource",)"
      R"("resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]},)"
      R"("status":{"desiredReplicas":0,)"
      R"("currentMetrics":null}})");
  EXPECT_EQ(json::serialize(autoscaler_from_v2(stored)), json::serialize(served));
}

TEST(conversion_autoscaler, the_rest_travels_in_annotations) {
  auto stored =
      json::parse(
          R"({"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"h",)"
          R"("creationTimestamp":null},"spec":)"
          R"({"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":5,"metrics":[{"type":"Pods",)"
          R"("pods":{"metric":)"
          R"({"name":"rps"},"target":{"type":"AverageValue","averageValue":"100"}}}],"behavior":{"scaleDown":)"
          R"({"stabilizationWindowSeconds":60}}},"status":{"desiredReplicas":0,"currentMetrics":null,)"
          R"("conditions":[{"type":"AbleToScale",)"
          R"("status":"True","lastTransitionTime":null}]}})")
          .get_object();
  auto served = autoscaler_from_v2(stored);
  auto* annotations = api::object_at(served, {"metadata", "annotations"});
  ASSERT_TRUE(annotations);
  EXPECT_EQ(api::string_at(*annotations, {"autoscaling.alpha.kubernetes.io/metrics"}),
            R"([{"type":"Pods","pods":{"metricName":"rps","targetAverageValue":"100"}}])");
  EXPECT_EQ(annotations->size(), 3u);
  EXPECT_EQ(json::serialize(autoscaler_to_v2(served)), json::serialize(stored));
}

} // namespace
} // namespace troupe::policies::schema
