#include "tools/inspect/screen.hpp"
#include <cstdio>
#include <gtest/gtest.h>

namespace troupe::tools::inspect {
namespace {

TEST(screen, a_text_is_cut_to_the_lines_and_columns_of_the_terminal) {
  EXPECT_EQ(fitted("abcdef\nxy\nthird\n", 2, 4), "abcd\nxy");
  EXPECT_EQ(fitted("abc\n", 5, 4), "abc\n");
  EXPECT_EQ(fitted("", 5, 4), "");
}

TEST(screen, no_letter_is_cut_in_two) { EXPECT_EQ(fitted("└─ µµµ", 1, 4), "└─ µ"); }

TEST(screen, there_is_none_without_a_terminal) {
  EXPECT_EQ(std::freopen("/dev/null", "r", stdin), stdin);
  EXPECT_FALSE(screen::open());
}

} // namespace
} // namespace troupe::tools::inspect
