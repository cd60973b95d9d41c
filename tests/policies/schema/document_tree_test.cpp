#include "policies/schema/document_tree.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(document_tree, holds_any_document) {
  auto document = json::parse(R"({"a":[1,-2,18446744073709551615,1.5,true,null,"x"],"b":{"c":{}}})");
  document_tree tree;
  read_value(document, tree);
  EXPECT_EQ(to_json(*tree.root), document);
  EXPECT_EQ(tree.root->size, 2u);
  EXPECT_LT(tree.root->order, tree.root->first->order);
}

TEST(document_tree, numbers_keep_their_kind) {
  EXPECT_TRUE(number_to_json("9223372036854775807").is_int64());
  EXPECT_TRUE(number_to_json("9223372036854775808").is_uint64());
  EXPECT_TRUE(number_to_json("1.0").is_double());
  EXPECT_EQ(number_to_json("1e-999").get_double(), 0.0);
}

TEST(document_tree, sorts_members_as_go_writes_maps) {
  auto map = json::parse(R"({"b":1,"a":[2],"B":3,"":4})").get_object();
  sort_members(map);
  EXPECT_EQ(json::serialize(map), R"({"":4,"B":3,"a":[2],"b":1})");
}

} // namespace
} // namespace troupe::policies::schema
