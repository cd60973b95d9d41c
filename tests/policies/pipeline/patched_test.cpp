#include "policies/pipeline/patched.hpp"
#include "policies/schema/registry.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::pipeline {
namespace {

const api::group_version_kind kind{"apps", "v1", "Deployment"};

api::object_ptr deployment() {
  return api::object::parse(
      R"({"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"d"},"spec":{"replicas":1,"template":
    {"spec":{"containers":[{"name":"a","image":"a:1"},{"name":"b","image":"b:1"}]}}}})");
}

api::result<patched> apply(std::string_view type, std::string_view patch, std::string_view validation = {}) {
  return apply_patch(type, patch, *deployment(), *schema::registry::builtin().type(kind), kind, validation);
}

std::string image(const patched& p, std::size_t index) {
  auto* containers = api::array_at(p.body, {"spec", "template", "spec", "containers"});
  return containers && index < containers->size() ? std::string(api::string_at((*containers)[index], {"image"})) : "";
}

TEST(apply_patch, merges_lists_by_key_only_where_the_patch_is_strategic) {
  auto strategic = apply("application/strategic-merge-patch+json",
                         R"({"spec":{"template":{"spec":{"containers":[{"name":"b","image":"b:2"}]}}}})");
  ASSERT_TRUE(strategic);
  EXPECT_EQ(image(*strategic, 0) + image(*strategic, 1), "a:1b:2");
  auto merge = apply("application/merge-patch+json; charset=utf-8",
                     R"({"spec":{"template":{"spec":{"containers":[{"name":"b","image":"b:2"}]}}}})");
  ASSERT_TRUE(merge);
  EXPECT_EQ(image(*merge, 0) + image(*merge, 1), "b:2");
  auto operations = apply("application/json-patch+json", R"([{"op":"replace","path":"/spec/replicas","value":4}])");
  ASSERT_TRUE(operations);
  EXPECT_EQ(api::int_at(operations->body, {"spec", "replicas"}), 4);
}

TEST(apply_patch, tells_what_is_wrong) {
  EXPECT_EQ(apply("application/xml", "{}").error().code, 415);
  EXPECT_EQ(check_patch_type("application/apply-patch+yaml").error().code, 415);
  EXPECT_TRUE(check_patch_type("application/merge-patch+json ; charset=utf-8"));
  EXPECT_EQ(apply("application/merge-patch+json", "{").error().code, 400);
  auto wrong_type = apply("application/merge-patch+json", R"({"spec":{"replicas":"many"}})");
  ASSERT_FALSE(wrong_type);
  EXPECT_EQ(wrong_type.error().code, 400);
  EXPECT_NE(wrong_type.error().message.find("cannot be handled as a Deployment"), std::string::npos);
}

TEST(apply_patch, treats_unknown_fields_as_asked) {
  constexpr auto patch = R"({"spec":{"nonsense":1}})";
  auto warned = apply("application/merge-patch+json", patch, "Warn");
  ASSERT_TRUE(warned);
  ASSERT_EQ(warned->warnings.size(), 1u);
  EXPECT_NE(warned->warnings[0].find("spec.nonsense"), std::string::npos);
  EXPECT_TRUE(apply("application/merge-patch+json", patch, "Ignore")->warnings.empty());
  EXPECT_EQ(apply("application/merge-patch+json", patch, "Strict").error().code, 400);
}

} // namespace
} // namespace troupe::policies::pipeline
