#include "policies/patch/element_order.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::patch {

namespace {

json::array list(std::string_view text) { return json::parse(text).as_array(); }

TEST(element_order, interleaves_wanted_and_other_items_by_their_live_order) {
  struct { std::string merged, wanted, live, result; } cases[] = {
    {"[1,2,3]", "[3,2,1]", "[1,2,3]", "[3,2,1]"},
    {"[1,2,3,4]", "[4,1]", "[1,2,3]", "[4,1,2,3]"},
    {"[1,9,2]", "[1,2]", "[9,1]", "[9,1,2]"},
    {"[5,1]", "[1,5]", "[]", "[1,5]"},
    {"[7,8]", "[]", "[8,7]", "[8,7]"},
  };
  for (auto& c : cases)
    EXPECT_EQ(json::serialize(ordered(list(c.merged), list(c.wanted), list(c.live), "")), c.result) << c.merged;
}

TEST(element_order, items_are_known_by_their_merge_key) {
  auto out = ordered(list(R"([{"n":"a","v":1},{"n":"b"}])"), list(R"([{"n":"b"},{"n":"a"}])"), list("[]"), "n");
  EXPECT_EQ(json::serialize(out), R"([{"n":"b"},{"n":"a","v":1}])");
  EXPECT_NE(item_identity(json::parse(R"({"n":1})"), "n"), item_identity(json::parse(R"({"n":"1"})"), "n"));
  EXPECT_EQ(item_identity(json::parse(R"({"m":1})"), "n"), "");
}

TEST(element_order, a_part_must_keep_the_order_of_the_whole) {
  EXPECT_TRUE(follows(list("[1,3]"), list("[1,2,3]"), ""));
  EXPECT_FALSE(follows(list("[3,1]"), list("[1,2,3]"), ""));
  EXPECT_FALSE(follows(list("[4]"), list("[1,2,3]"), ""));
  EXPECT_TRUE(follows(list("[]"), list("[]"), ""));
}

} // namespace

} // namespace troupe::policies::patch
