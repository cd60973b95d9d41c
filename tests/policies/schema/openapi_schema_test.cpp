#include "policies/schema/openapi_schema.hpp"
#include "policies/schema/registry.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(openapi_schema, of_scalar_types_depends_on_the_version) {
  constexpr std::string_view quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
  EXPECT_TRUE(openapi_scalar(quantity, openapi_version::v3).contains("oneOf"));
  EXPECT_EQ(openapi_scalar(quantity, openapi_version::v2).at("type"), json::value("string"));
  auto port = openapi_scalar("io.k8s.apimachinery.pkg.util.intstr.IntOrString", openapi_version::v2);
  EXPECT_EQ(port.at("format"), json::value("int-or-string"));
  EXPECT_TRUE(openapi_scalar("io.k8s.api.core.v1.Pod", openapi_version::v3).empty());
}

TEST(openapi_schema, carries_defaults_enumerations_and_merge_keys) {
  auto* port = registry::builtin().type("io.k8s.api.core.v1.ServicePort");
  auto got = openapi_schema(*port, openapi_version::v3, {});
  EXPECT_EQ(json::serialize(got.at("properties").at("protocol").at("default")), R"("TCP")");
  EXPECT_EQ(json::serialize(got.at("properties").at("protocol").at("enum")), R"(["TCP","UDP","SCTP"])");
  EXPECT_EQ(json::serialize(got.at("required")), R"(["port"])");
  std::set<std::string_view> names;
  add_references(*port, names);
  EXPECT_EQ(names, std::set<std::string_view>{"io.k8s.apimachinery.pkg.util.intstr.IntOrString"});
}

TEST(openapi_schema, options_are_a_kind_in_every_group_version) {
  auto* options = registry::builtin().type("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
  auto got = openapi_schema(*options, openapi_version::v2, {{"", "v1"}, {"apps", "v1"}});
  EXPECT_EQ(got.at("x-kubernetes-group-version-kind").get_array().size(), 2u);
}

} // namespace
} // namespace troupe::policies::schema
