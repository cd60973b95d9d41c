#include "tools/inspect/target.hpp"
#include <gtest/gtest.h>

namespace troupe::tools::inspect {
namespace {

TEST(target, a_type_has_many_names) {
  for (auto* text : {"pod/a", "pods/a", "po/a", "Pod/a", "PODS/a"}) {
    auto found = find_target(text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(found->type->gvk.kind, "Pod") << text;
    EXPECT_EQ(found->name, "a");
  }
  for (auto* text : {"deploy/web", "deployment/web", "deployments.apps/web"})
    EXPECT_EQ(find_target(text)->type->gvk.kind, "Deployment") << text;
  EXPECT_EQ(find_target("pvc/data")->type->gvk.kind, "PersistentVolumeClaim");
}

TEST(target, what_names_no_object_is_refused_with_a_sentence) {
  EXPECT_EQ(find_target("web").error(), "\"web\" names no object: write it as in pod/web-1");
  for (auto* text : {"", "/", "pod/", "/web"}) EXPECT_FALSE(find_target(text)) << text;
  EXPECT_EQ(find_target("unicorn/a").error(), "the server doesn't have a resource type \"unicorn\"");
}

TEST(target, paths_are_those_of_the_api) {
  EXPECT_EQ(path_of(*find_type("pods"), "shop", "web-1"), "/api/v1/namespaces/shop/pods/web-1");
  EXPECT_EQ(path_of(*find_type("pods"), "shop"), "/api/v1/namespaces/shop/pods");
  EXPECT_EQ(path_of(*find_type("pods"), ""), "/api/v1/pods");
  EXPECT_EQ(path_of(*find_type("nodes"), "shop", "n"), "/api/v1/nodes/n");
  EXPECT_EQ(path_of(*find_type("deploy"), "shop", "web"), "/apis/apps/v1/namespaces/shop/deployments/web");
}

} // namespace
} // namespace troupe::tools::inspect
