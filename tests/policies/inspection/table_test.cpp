#include "policies/inspection/table.hpp"
#include <gmock/gmock.h>

namespace troupe::policies::inspection {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

TEST(table, durations_are_short) {
  struct { std::uint64_t ns; std::string text; } cases[] = {
    {0, "0ns"},
    {870, "870ns"},
    {1'000, "1.0µs"},
    {12'400, "12µs"},
    {3'400'000, "3.4ms"},
    {999'600, "1.0ms"},
    {999'600'000, "1.0s"},
    {2'100'000'000, "2.1s"},
    {119 * second, "119s"},
    {300 * second, "5m"},
    {3 * 3600 * second, "3h"},
    {12 * 86400 * second, "12d"},
  };
  for (auto& c : cases) EXPECT_EQ(short_duration(c.ns), c.text) << c.ns;
}

TEST(table, sizes_are_short) {
  EXPECT_EQ(short_bytes(0), "0B");
  EXPECT_EQ(short_bytes(1023), "1023B");
  EXPECT_EQ(short_bytes(3482), "3.4Ki");
  EXPECT_EQ(short_bytes(120ULL << 20), "120Mi");
  EXPECT_EQ(short_bytes(~0ULL), "16777216Ti");
}

TEST(table, columns_line_up_by_what_is_seen) {
  EXPECT_EQ(rendered({{"A", "B"}, {"└─ x", "1"}, {"µ", "2"}}), "A     B\n└─ x  1\nµ     2\n");
  EXPECT_EQ(rendered({}), "");
}

TEST(table, a_row_has_as_many_cells_as_the_head) {
  actor_row r;
  r.actor = {.id = 5, .name = "pod", .roles = {"a", "b"}, .last_error = std::string(200, 'e')};
  for (auto& table : {tree_table({{"└─ ", r}}), top_table({r})}) {
    ASSERT_EQ(table.size(), 2U);
    EXPECT_EQ(table[0].size(), table[1].size());
    EXPECT_EQ(table[1].back().size(), 60U);
  }
  EXPECT_THAT(tree_table({{"└─ ", r}})[1], testing::Contains("└─ pod"));
  EXPECT_THAT(tree_table({{"└─ ", r}})[1], testing::Contains("a,b"));
}

} // namespace
} // namespace troupe::policies::inspection
