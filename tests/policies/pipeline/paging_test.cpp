#include "policies/pipeline/paging.hpp"
#include "policies/schema/registry.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::pipeline {
namespace {

TEST(continue_token, comes_back_as_it_was_given) {
  for (auto key : {api::object_key{"ns", "name"}, api::object_key{"", "node-1"}}) {
    auto back = decode_continue(encode_continue({42, key}));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->revision, 42);
    EXPECT_EQ(back->last, key);
  }
}

TEST(continue_token, of_somebody_else_is_refused) {
  for (auto token : {"", "x", "!!!!", "eyJ2IjoieCJ9"}) {
    auto back = decode_continue(token);
    ASSERT_FALSE(back) << token;
    EXPECT_EQ(back.error().code, 400);
  }
  // A path out of the type: a token is data from outside.
  EXPECT_FALSE(decode_continue(encode_continue({1, {"a/b", "c"}})));
}

struct plan_case {
  std::string name;
  query_map query;
  bool from_store = false;
  std::int64_t revision = -1;
  int error = 0;
};

TEST(plan_list, follows_the_rules_of_resource_versions) {
  const plan_case cases[] = {
      {.name = "nothing said: as new as anything acknowledged", .query = {}},
      {.name = "zero: whatever is there", .query = {{"resourceVersion", "0"}}, .revision = 0},
      {.name = "a revision: not older", .query = {{"resourceVersion", "7"}}, .revision = 7},
      {.name = "exact",
       .query = {{"resourceVersion", "7"}, {"resourceVersionMatch", "Exact"}},
       .from_store = true,
       .revision = 7},
      {.name = "a page at a revision is exact",
       .query = {{"resourceVersion", "7"}, {"limit", "5"}},
       .from_store = true,
       .revision = 7},
      {.name = "a page from any state comes from the cache",
       .query = {{"resourceVersion", "0"}, {"limit", "5"}},
       .revision = 0},
      {.name = "a match needs a revision", .query = {{"resourceVersionMatch", "Exact"}}, .error = 422},
      {.name = "zero is not exact",
       .query = {{"resourceVersion", "0"}, {"resourceVersionMatch", "Exact"}},
       .error = 422},
      {.name = "an unknown match",
       .query = {{"resourceVersion", "1"}, {"resourceVersionMatch", "Nearly"}},
       .error = 422},
      {.name = "no number", .query = {{"resourceVersion", "abc"}}, .error = 400},
      {.name = "continue with a revision",
       .query = {{"resourceVersion", "1"}, {"continue", encode_continue({3, {"a", "b"}})}},
       .error = 400},
  };
  for (auto& c : cases) {
    auto plan = plan_list(c.query);
    if (c.error) {
      ASSERT_FALSE(plan) << c.name;
      EXPECT_EQ(plan.error().code, c.error) << c.name;
      continue;
    }
    ASSERT_TRUE(plan) << c.name;
    EXPECT_EQ(plan->from_store, c.from_store) << c.name;
    EXPECT_EQ(plan->revision, c.revision) << c.name;
  }
}

TEST(list_filter, matches_labels_and_fields_together) {
  auto* pods = schema::registry::builtin().find("", "v1", "pods");
  auto pod = api::object::parse(
      R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","labels":{"a":"b"}},"spec":{"nodeName":"n1"}})");
  auto both = list_filter::parse(*pods, {{"labelSelector", "a=b"}, {"fieldSelector", "spec.nodeName=n1"}});
  ASSERT_TRUE(both);
  EXPECT_TRUE(both->matches(*pods, *pod));
  auto other = list_filter::parse(*pods, {{"labelSelector", "a=b"}, {"fieldSelector", "spec.nodeName=n2"}});
  EXPECT_FALSE(other->matches(*pods, *pod));
  auto unknown = list_filter::parse(*pods, {{"fieldSelector", "spec.nonsense=1"}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, 400);
}

} // namespace
} // namespace troupe::policies::pipeline
