#include "policies/schema/registry.hpp"
#include "policies/schema/type.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(type, finds_every_field_by_name_and_no_other) {
  for (auto& type : registry::builtin().types())
    for (auto& field : type.fields) {
      EXPECT_EQ(type.find(field.name), &field) << type.name << " " << field.name;
      EXPECT_FALSE(type.find(std::string(field.name) + "x") &&
                   !type.find(std::string(field.name) + "x")->name.ends_with("x"));
    }
  auto* spec = registry::builtin().type("io.k8s.api.core.v1.PodSpec");
  EXPECT_FALSE(spec->find(""));
  EXPECT_FALSE(spec->find("Containers"));
}

TEST(type, tells_how_lists_are_patched) {
  auto* spec = registry::builtin().type("io.k8s.api.core.v1.PodSpec");
  auto* containers = spec->find("containers");
  ASSERT_TRUE(containers);
  EXPECT_TRUE(containers->patch.merge);
  EXPECT_EQ(containers->merge_key, "name");
  EXPECT_EQ(containers->list, list_kind::map);
  ASSERT_EQ(containers->list_map_keys.size(), 1u);
  EXPECT_EQ(containers->value.element->type->short_name, "Container");
  EXPECT_EQ(containers->value.go_type, "[]v1.Container");
  auto* volumes = spec->find("volumes");
  EXPECT_TRUE(volumes->patch.retain_keys);
  EXPECT_TRUE(registry::builtin().type("io.k8s.api.apps.v1.DeploymentSpec")->find("strategy")->patch.retain_keys);
  EXPECT_EQ(spec->find("tolerations")->list, list_kind::atomic);
  EXPECT_TRUE(spec->find("nodeSelector")->atomic_map);
}

} // namespace
} // namespace troupe::policies::schema
