#include "policies/printing/cells.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

TEST(cells, lists_are_clipped) {
  EXPECT_EQ(clipped({}, 3, ","), "");
  EXPECT_EQ(clipped({"a", "b", "c"}, 3, ","), "a,b,c");
  EXPECT_EQ(clipped({"a", "b", "c", "d", "e"}, 3, ","), "a,b,c + 2 more...");
}

TEST(cells, selectors_and_labels_have_a_word_for_nothing) {
  json::object empty;
  EXPECT_EQ(label_pairs(nullptr), "<none>");
  EXPECT_EQ(label_pairs(&empty), "<none>");
  EXPECT_EQ(selector_text(nullptr), "<none>");
  EXPECT_EQ(selector_text(&empty), "<none>");
  auto wrong = json::parse(R"({"matchExpressions":[{"key":"a","operator":"Near"}]})").as_object();
  EXPECT_EQ(selector_text(&wrong), "<error>");
}

TEST(cells, access_modes_come_once_and_in_order) {
  auto modes = json::parse(R"(["ReadWriteOncePod","ReadOnlyMany","ReadOnlyMany"])").as_array();
  EXPECT_EQ(access_modes(&modes), "ROX,RWOP");
  EXPECT_EQ(access_modes(nullptr), "");
}

TEST(cells, an_age_needs_a_time) {
  EXPECT_EQ(age("", {}), "<unknown>");
  EXPECT_EQ(age("nonsense", {}), "<unknown>");
}

} // namespace

} // namespace troupe::policies::printing
