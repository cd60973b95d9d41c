#include "policies/api/json.hpp"
#include <gtest/gtest.h>

namespace troupe::api {

namespace {

TEST(json, reads_members_with_a_fallback) {
  auto root = json::parse(R"({"a":{"s":"x","i":-3,"u":18446744073709551615,"b":true,"o":{},"l":[1]},"n":null})");
  EXPECT_EQ(string_at(root, {"a", "s"}), "x");
  EXPECT_EQ(string_at(root, {"a", "i"}, "none"), "none");
  EXPECT_EQ(int_at(root, {"a", "i"}), -3);
  EXPECT_EQ(int_at(root, {"n", "i"}, 7), 7);
  EXPECT_TRUE(bool_at(root, {"a", "b"}));
  EXPECT_NE(object_at(root, {"a", "o"}), nullptr);
  EXPECT_EQ(object_at(root, {"a", "l"}), nullptr);
  EXPECT_EQ(array_at(root, {"a", "l"})->size(), 1u);
  EXPECT_EQ(find(root, {"a", "s", "deeper"}), nullptr);
  EXPECT_EQ(find(root, {}), &root);
}

TEST(json, writes_make_their_parents) {
  json::object root;
  set_at(root, {"a", "b", "c"}, 1);
  EXPECT_EQ(json::serialize(root), R"({"a":{"b":{"c":1}}})");
  ensure_object(root, {"a", "b", "c"})["d"] = 2;
  EXPECT_EQ(json::serialize(root), R"({"a":{"b":{"c":{"d":2}}}})");
  EXPECT_TRUE(erase_at(root, {"a", "b", "c"}));
  EXPECT_FALSE(erase_at(root, {"a", "b", "c"}));
  EXPECT_FALSE(erase_at(root, {"x", "y"}));
  EXPECT_EQ(json::serialize(root), R"({"a":{"b":{}}})");
}

TEST(json, semantic_equality_ignores_order_and_emptiness) {
  struct { std::string a, b; bool equal; } cases[] = {
    {R"({"a":1,"b":2})", R"({"b":2,"a":1})", true},
    {R"({"a":[]})", R"({})", true},
    {R"({"a":null})", R"({"a":{"b":{}}})", true},
    {R"({"a":""})", R"({})", false},
    {R"({"a":0})", R"({})", false},
    {R"([1,2])", R"([2,1])", false},
    {R"([1,2])", R"([1,2,3])", false},
    {"1", "1.0", false},
    {"7", "7", true},
    {R"("a")", "1", false},
  };
  for (auto& c : cases) {
    EXPECT_EQ(semantically_equal(json::parse(c.a), json::parse(c.b)), c.equal) << c.a << " " << c.b;
    EXPECT_EQ(semantically_equal(json::parse(c.b), json::parse(c.a)), c.equal) << c.b << " " << c.a;
  }
}

} // namespace

} // namespace troupe::api
