#include "policies/patch/go_text.hpp"
#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace troupe::policies::patch {

namespace {

TEST(go_text, prints_as_percent_v) {
  EXPECT_EQ(go_text(json::parse(R"({"b":[1,"x",null],"a":{"c":true},"d":1.5})")),
            "map[a:map[c:true] b:[1 x <nil>] d:1.5]");
  EXPECT_EQ(go_text(json::parse("{}")), "map[]");
}

TEST(go_text, is_bounded) {
  json::array list(100'000, json::value("item"));
  EXPECT_LT(go_text(list).size(), 5000u);
}

TEST(go_text, names_kinds) {
  EXPECT_EQ(go_kind(json::value(1)), "number");
  EXPECT_EQ(go_kind(json::value("a")), "string");
  EXPECT_EQ(go_kind(json::value(nullptr)), "null");
  EXPECT_EQ(go_kind(json::value(true)), "bool");
  EXPECT_EQ(go_kind(json::array()), "array");
  EXPECT_EQ(go_kind(json::object()), "object");
}

} // namespace

} // namespace troupe::policies::patch
