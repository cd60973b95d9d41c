#include "policies/schema/registry.hpp"
#include <gtest/gtest.h>
#include <set>

namespace troupe::policies::schema {
namespace {

const registry& all() { return registry::builtin(); }

TEST(registry, finds_resources_by_path_and_by_kind) {
  auto* d = all().find("apps", "v1", "deployments");
  ASSERT_TRUE(d);
  EXPECT_EQ(d, all().find(api::group_version_kind{"apps", "v1", "Deployment"}));
  EXPECT_EQ(d->resource.text(), "deployments.apps");
  EXPECT_EQ(d->list_kind, "DeploymentList");
  EXPECT_EQ(d->short_names, std::vector<std::string>{"deploy"});
  EXPECT_TRUE(d->namespaced);
  EXPECT_TRUE(d->has_status());
  auto* scale = d->find_subresource("scale");
  ASSERT_TRUE(scale);
  EXPECT_EQ(scale->kind, (api::group_version_kind{"autoscaling", "v1", "Scale"}));
  EXPECT_FALSE(all().find("apps", "v1beta1", "deployments"));
  EXPECT_FALSE(all().find("", "v1", "deployments"));
}

TEST(registry, every_resource_is_complete) {
  std::set<std::string> seen;
  for (auto& d : all().all()) {
    SCOPED_TRACE(d.resource.text());
    EXPECT_TRUE(seen.insert(d.gvk.api_version() + "/" + d.resource.resource).second);
    EXPECT_TRUE(d.type);
    EXPECT_FALSE(d.verbs.empty());
    EXPECT_FALSE(d.singular.empty());
    EXPECT_TRUE(!d.verbs.has(verb::list) ||
                all().type(api::group_version_kind{d.gvk.group, d.gvk.version, d.list_kind}));
    EXPECT_TRUE(!d.stored() || all().find_stored(d.storage));
    EXPECT_EQ(d.stored(), !d.storage_version_hash.empty());
    for (auto& sub : d.subresources)
      EXPECT_TRUE(sub.type) << sub.name;
    for (auto& field : d.fields)
      EXPECT_EQ(field.path.empty(), field.name == "status.podIPs") << field.name;
  }
  EXPECT_GE(seen.size(), 50u);
}

TEST(registry, events_of_both_groups_lie_in_one_place) {
  auto *core = all().find("", "v1", "events"), *events = all().find("events.k8s.io", "v1", "events");
  ASSERT_TRUE(core && events);
  EXPECT_EQ(core->storage, events->storage);
  EXPECT_FALSE(core->convert);
  EXPECT_TRUE(events->convert);
  EXPECT_EQ(all().find_stored(events->storage), core);
}

TEST(registry, knows_the_order_of_groups_and_versions) {
  auto versions = all().group_versions();
  ASSERT_GE(versions.size(), 16u);
  EXPECT_EQ(versions[0].group, "");
  EXPECT_EQ(versions[1].group, "apps");
  std::vector<std::string_view> autoscaling;
  for (auto& v : versions)
    if (v.group == "autoscaling") autoscaling.push_back(v.version);
  EXPECT_EQ(autoscaling, (std::vector<std::string_view>{"v2", "v1"}));
}

TEST(registry, knows_options_in_every_group_version) {
  auto* options = all().type(api::group_version_kind{"", "v1", "DeleteOptions"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options, all().type(api::group_version_kind{"apps", "v1", "DeleteOptions"}));
  EXPECT_EQ(options, all().type(api::group_version_kind{"meta.k8s.io", "v1", "DeleteOptions"}));
  EXPECT_FALSE(all().type(api::group_version_kind{"apps", "v9", "DeleteOptions"}));
}

TEST(registry, is_small) {
  EXPECT_LE(all().bytes(), 1'000'000u);
  EXPECT_EQ(all().fingerprint().size(), 16u);
}

} // namespace
} // namespace troupe::policies::schema
