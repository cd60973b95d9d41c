#include "policies/schema/type_loader.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(type_loader, links_all_types) {
  type_tables_loaded types;
  EXPECT_GE(types.all().size(), 400u);
  auto check = [](const value_info* v) {
    for (; v; v = v->element) {
      EXPECT_EQ(v->kind == value_kind::object, v->type != nullptr);
      EXPECT_EQ(v->kind == value_kind::array || v->kind == value_kind::map, v->element != nullptr);
      EXPECT_EQ(v->kind == value_kind::any, v->go_type.empty());
    }
  };
  for (auto& type : types.all())
    for (auto& field : type.fields) {
      SCOPED_TRACE(std::string(type.name) + "." + std::string(field.name));
      check(&field.value);
      EXPECT_LT(field.embedded, static_cast<int>(type.embedded.size()));
      EXPECT_TRUE(field.embedded < 0 || type.embedded[static_cast<std::size_t>(field.embedded)].type->find(field.name));
    }
}

TEST(type_loader, finds_by_name_and_kind) {
  type_tables_loaded types;
  auto* pod = types.by_kind("/v1/Pod");
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod, types.by_name("io.k8s.api.core.v1.Pod"));
  EXPECT_EQ(pod->go_type, "v1.Pod");
  EXPECT_EQ(types.by_name("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")->go_type, "v1.ObjectMeta");
  EXPECT_FALSE(types.by_kind("/v1/Nothing"));
  auto* policy = types.by_name("io.k8s.api.core.v1.PodSpec")->find("restartPolicy");
  EXPECT_EQ(policy->value.go_type, "v1.RestartPolicy");
  EXPECT_EQ(policy->values.size(), 3u);
  EXPECT_EQ(types.by_name("io.k8s.api.core.v1.ContainerPort")->find("protocol")->default_value, "\"TCP\"");
}

} // namespace
} // namespace troupe::policies::schema
