#include "policies/patch/merge_rules.hpp"
#include "policies/schema/registry.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::patch {

namespace {

TEST(merge_rules, come_from_the_tables_of_the_api) {
  auto* type = schema::registry::builtin().type({"apps", "v1", "Deployment"});
  ASSERT_NE(type, nullptr);
  auto pod = rules_of(*type).field("spec").child.field("template").child.field("spec").child;
  auto containers = pod.field("containers");
  EXPECT_TRUE(containers.merge);
  EXPECT_EQ(containers.merge_key, "name");
  auto ports = containers.child.field("ports");
  EXPECT_TRUE(ports.merge);
  EXPECT_EQ(ports.merge_key, "containerPort");
  EXPECT_FALSE(containers.child.field("command").merge);
  auto finalizers = rules_of(*type).field("metadata").child.field("finalizers");
  EXPECT_TRUE(finalizers.merge);
  EXPECT_EQ(finalizers.merge_key, "");
}

TEST(merge_rules, know_nothing_about_free_form_members) {
  auto* type = schema::registry::builtin().type({"", "v1", "ConfigMap"});
  ASSERT_NE(type, nullptr);
  EXPECT_FALSE(rules_of(*type).field("data").child.field("key").merge);
  EXPECT_FALSE(rules_of(*type).field("nonsense").child.field("deeper").merge);
  EXPECT_FALSE(merge_rules{}.field("x").merge);
}

} // namespace

} // namespace troupe::policies::patch
