#include "policies/node/downward.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

const auto pod = make_pod(R"({"nodeName":"n1","serviceAccountName":"sa","containers":[]})",
                          R"({"labels":{"b":"2","a":"x\"y"},"annotations":{"k/x":"v"}})");

TEST(downward, fields) {
  pod_facts f{{"10.0.0.1", "fd::1"}, {"192.0.2.1"}, nullptr};
  const std::pair<std::string, std::string> cases[] = {
    {"metadata.name", "web"}, {"metadata.namespace", "default"}, {"metadata.uid", "u1"}, {"spec.nodeName", "n1"},
    {"spec.serviceAccountName", "sa"}, {"status.podIP", "10.0.0.1"}, {"status.podIPs", "10.0.0.1,fd::1"},
    {"status.hostIP", "192.0.2.1"}, {"metadata.labels['b']", "2"}, {"metadata.labels['none']", ""},
    {"metadata.annotations['k/x']", "v"}, {"metadata.labels", "a=\"x\\\"y\"\nb=\"2\""},
  };
  for (auto& [path, value] : cases) EXPECT_EQ(field_value(*pod, path, f).value_or("error"), value) << path;
  EXPECT_FALSE(field_value(*pod, "spec.other", f));
}

TEST(downward, resources_are_rounded_up_to_the_divisor_and_fall_back_to_the_node) {
  auto c = parse_object(R"({"resources":{"limits":{"cpu":"1500m","memory":"1000000"},"requests":{"cpu":"100m"}}})");
  auto allocatable = parse_object(R"({"cpu":"4","memory":"8Gi","ephemeral-storage":"10Gi"})");
  pod_facts f{{}, {}, &allocatable};
  EXPECT_EQ(*resource_value(c, "limits.cpu", "", f), "2");
  EXPECT_EQ(*resource_value(c, "limits.cpu", "1m", f), "1500");
  EXPECT_EQ(*resource_value(c, "limits.memory", "1Mi", f), "1");
  EXPECT_EQ(*resource_value(c, "requests.memory", "1", f), "0");
  EXPECT_EQ(*resource_value({}, "limits.memory", "1Gi", f), "8");
  EXPECT_EQ(*resource_value({}, "limits.ephemeral-storage", "1Gi", f), "10");
  EXPECT_FALSE(resource_value(c, "limits.gpu", "", f));
  EXPECT_FALSE(resource_value(c, "cpu", "", f));
}

} // namespace
} // namespace troupe::policies::node
