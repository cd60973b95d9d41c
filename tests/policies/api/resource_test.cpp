#include "policies/api/resource.hpp"
#include <gtest/gtest.h>

namespace troupe::api {

namespace {

TEST(resource, texts_are_those_of_error_messages) {
  EXPECT_EQ((group_resource{"apps", "deployments"}.text()), "deployments.apps");
  EXPECT_EQ((group_resource{"", "pods"}.text()), "pods");
  EXPECT_EQ((object_key{"n", "a"}.text()), "n/a");
  EXPECT_EQ((object_key{"", "a"}.text()), "a");
}

TEST(resource, kinds_split_at_the_slash) {
  auto apps = group_version_kind::parse("apps/v1", "Deployment");
  EXPECT_EQ(apps.group, "apps");
  EXPECT_EQ(apps.version, "v1");
  EXPECT_EQ(apps.api_version(), "apps/v1");
  auto core = group_version_kind::parse("v1", "Pod");
  EXPECT_EQ(core.group, "");
  EXPECT_EQ(core.api_version(), "v1");
}

TEST(resource, storage_keys_are_read_back) {
  group_resource events{"events.k8s.io", "events"}, pods{"", "pods"};
  EXPECT_EQ(storage_key(pods, {"default", "web"}), "/registry/pods/default/web");
  EXPECT_EQ(storage_prefix(events, "n"), "/registry/events.events.k8s.io/n/");
  for (object_key key : {object_key{"n", "a"}, object_key{"", "a"}})
    EXPECT_EQ(parse_storage_key(pods, storage_key(pods, key)), key);
  EXPECT_EQ(parse_storage_key(pods, "/x"), (object_key{"", ""}));
}

TEST(resource, no_type_lies_below_the_prefix_of_another) {
  EXPECT_FALSE(storage_key({"x", "pods"}, {"n", "a"}).starts_with(storage_prefix({"", "pods"})));
}

} // namespace

} // namespace troupe::api
