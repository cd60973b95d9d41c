#include "policies/patch/json_pointer.hpp"
#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace troupe::policies::patch {

namespace {

using tokens = std::vector<std::string>;

TEST(json_pointer, splits_and_unescapes) {
  EXPECT_EQ(parse_pointer(""), tokens{});
  EXPECT_EQ(parse_pointer("/"), tokens{""});
  EXPECT_EQ(parse_pointer("/a/b~1c/d~0e/"), (tokens{"a", "b/c", "d~e", ""}));
  for (auto text : {"a", "/a~", "/a~2", "~0"}) EXPECT_FALSE(parse_pointer(text)) << text;
}

TEST(json_pointer, array_positions_have_one_spelling) {
  EXPECT_EQ(array_position("0", 1), 0u);
  EXPECT_EQ(array_position("-1", 3), 2u);
  for (auto text : {"", "1", "01", "x", "1x", "-2", "99999999999999999999"})
    EXPECT_FALSE(array_position(text, 1)) << text;
}

TEST(json_pointer, leads_through_objects_and_arrays) {
  auto root = json::parse(R"({"a":[{"b":1}]})");
  EXPECT_EQ(*resolve(root, {"a", "0", "b"}, 3), 1);
  EXPECT_EQ(resolve(root, {"a", "1"}, 2), nullptr);
  EXPECT_EQ(resolve(root, {"a", "0", "b", "c"}, 4), nullptr);
  EXPECT_EQ(resolve(root, {}, 0), &root);
}

} // namespace

} // namespace troupe::policies::patch
