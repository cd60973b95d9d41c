#include "tools/chaos/live/watch_record.hpp"
#include <gmock/gmock.h>

namespace troupe::tools::chaos::live {
namespace {

policies::chaos::change change_at(std::int64_t revision, std::string value = "x") {
  return {revision, "/registry/configmaps/default/a", std::make_shared<const std::string>(std::move(value))};
}

TEST(watch_record, holds_if_all_tell_the_same) {
  watch_record record;
  auto a = record.begin("a", 1), b = record.begin("b", 3);
  for (auto r : {2, 4, 7}) EXPECT_EQ(record.told(a, change_at(r), 0), "");
  for (auto r : {4, 7}) EXPECT_EQ(record.told(b, change_at(r), 0), "");
  EXPECT_EQ(record.verify(), "");
  EXPECT_EQ(record.all().size(), 3);
}

TEST(watch_record, misses_what_one_did_not_tell_up_to_where_it_is) {
  watch_record record;
  auto a = record.begin("a", 1), b = record.begin("b", 1);
  for (auto r : {2, 4, 7}) EXPECT_EQ(record.told(a, change_at(r), 0), "");
  EXPECT_EQ(record.told(b, change_at(2), 0), "");
  EXPECT_EQ(record.verify(), "") << "what comes later may still be told";
  EXPECT_EQ(record.reached(b, 5), "");
  EXPECT_NE(record.verify(), "") << "a bookmark says that revision 4 was told";
}

TEST(watch_record, refuses_a_change_that_is_told_twice_or_late) {
  watch_record record;
  auto a = record.begin("a", 1);
  EXPECT_EQ(record.told(a, change_at(4), 0), "");
  EXPECT_NE(record.told(a, change_at(4), 0), "");
  EXPECT_NE(record.told(a, change_at(3), 0), "");
}

TEST(watch_record, refuses_two_states_at_one_revision) {
  watch_record record;
  auto a = record.begin("a", 1), b = record.begin("b", 1);
  EXPECT_EQ(record.told(a, change_at(4, "x"), 0), "");
  EXPECT_NE(record.told(b, change_at(4, "y"), 0), "");
}

TEST(watch_record, knows_of_what_nobody_told) {
  watch_record record;
  auto a = record.begin("a", 1), b = record.begin("b", 6);
  EXPECT_EQ(record.told(a, change_at(5), 0), "");
  EXPECT_EQ(record.told(b, change_at(9), 0), "");
  EXPECT_FALSE(record.covers(1, 9)) << "revision 6 may have been of this type";
  EXPECT_EQ(record.reached(a, 6), "");
  EXPECT_TRUE(record.covers(1, 9));
  EXPECT_FALSE(record.covers(1, 10));
}

} // namespace
} // namespace troupe::tools::chaos::live
