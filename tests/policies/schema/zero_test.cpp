#include "policies/schema/registry.hpp"
#include "policies/schema/zero.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(zero, is_what_go_writes_for_an_empty_struct) {
  auto zero = [](std::string_view name) {
    return json::serialize(zero_object(*registry::builtin().type("io.k8s.api." + std::string(name))));
  };
  EXPECT_EQ(
      zero("apps.v1.Deployment"),
      R"({"metadata":{"creationTimestamp":null},"spec":{"selector":null,"template":{"metadata":{"creationTimesta)"
      R"(mp":null},)"
      R"("spec":{"containers":null}},"strategy":{}},"status":{}})");
  EXPECT_EQ(zero("core.v1.Service"),
            R"({"metadata":{"creationTimestamp":null},"spec":{},"status":{"loadBalancer":{}}})");
  EXPECT_EQ(zero("core.v1.ServicePort"), R"({"port":0,"targetPort":0})");
}

TEST(zero, decides_what_is_written) {
  auto* spec = registry::builtin().type("io.k8s.api.apps.v1.DeploymentSpec");
  EXPECT_TRUE(is_written(*spec->find("replicas"), 0));
  EXPECT_FALSE(is_written(*spec->find("minReadySeconds"), 0));
  EXPECT_FALSE(is_written(*spec->find("paused"), false));
  EXPECT_TRUE(is_written(*spec->find("paused"), true));
  EXPECT_TRUE(is_written(*spec->find("strategy"), json::object()));
  auto* meta = registry::builtin().type("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
  EXPECT_FALSE(is_written(*meta->find("labels"), json::object()));
  EXPECT_FALSE(is_written(*meta->find("finalizers"), json::array()));
}

} // namespace
} // namespace troupe::policies::schema
