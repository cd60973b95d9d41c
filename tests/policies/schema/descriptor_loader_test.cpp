#include "policies/schema/descriptor_loader.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(descriptor_loader, takes_rules_from_the_table) {
  type_tables_loaded types;
  auto all = load_descriptors(types);
  auto find = [&](std::string_view kind) {
    return *std::find_if(all.begin(), all.end(), [&](auto& d) { return d.gvk.kind == kind; });
  };
  auto service = find("Service");
  EXPECT_TRUE(service.create_on_update);
  EXPECT_EQ(service.generation, generation_rule::none);
  EXPECT_EQ(service.first_generation, 0);
  auto lease = find("Lease");
  EXPECT_FALSE(lease.unconditional_update);
  auto deployment = find("Deployment");
  EXPECT_EQ(deployment.generation, generation_rule::spec_or_annotations);
  EXPECT_EQ(deployment.first_generation, 1);
  EXPECT_TRUE(deployment.status_cleared_on_create);
  EXPECT_TRUE(deployment.status_kept_on_update);
  EXPECT_EQ(find("ReplicationController").garbage, garbage_default::orphan);
  EXPECT_EQ(find("Namespace").verbs.has(verb::delete_collection), false);
  auto pod = find("Pod");
  std::vector<std::string> names;
  for (auto& sub : pod.subresources)
    names.push_back(sub.name);
  EXPECT_EQ(names, (std::vector<std::string>{"attach", "binding", "ephemeralcontainers", "eviction", "exec", "log",
                                             "portforward", "status"}));
  EXPECT_EQ(pod.find_subresource("eviction")->kind, (api::group_version_kind{"policy", "v1", "Eviction"}));
  EXPECT_TRUE(std::any_of(pod.fields.begin(), pod.fields.end(),
                          [](auto& f) { return f.name == "spec.nodeName" && f.indexed; }));
}

} // namespace
} // namespace troupe::policies::schema
