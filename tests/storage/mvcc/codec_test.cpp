#include "storage/mvcc/codec.hpp"
#include <gtest/gtest.h>
#include <limits>

namespace troupe::storage::mvcc {
namespace {

TEST(codec_test, numbers_survive) {
  for (auto n : {std::uint64_t(0), std::uint64_t(127), std::uint64_t(128), std::numeric_limits<std::uint64_t>::max()}) {
    std::string out;
    writer(out).number(n);
    reader in(out);
    EXPECT_EQ(in.number(), n);
    EXPECT_TRUE(in.done());
  }
  for (auto n : {std::int64_t(0), std::int64_t(-1), std::int64_t(63), std::numeric_limits<std::int64_t>::min(),
                 std::numeric_limits<std::int64_t>::max()}) {
    std::string out;
    writer(out).signed_number(n);
    EXPECT_EQ(reader(out).signed_number(), n);
  }
}

TEST(codec_test, a_number_of_more_than_64_bits_is_a_mistake) {
  reader in(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10));
  EXPECT_EQ(in.number(), 0U);
  EXPECT_FALSE(in.ok());
}

TEST(codec_test, text_longer_than_the_input_is_a_mistake_and_ends_the_reading) {
  reader in(std::string_view("\x05" "abc", 4));
  EXPECT_EQ(in.text(), "");
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.byte(), 0);
  EXPECT_EQ(in.rest(), "");
}

TEST(codec_test, a_count_is_bounded_by_what_is_left) {
  reader in(std::string_view("\x04" "abc", 4));
  EXPECT_EQ(in.count(), 0U);
  EXPECT_FALSE(in.ok());
}

} // namespace
} // namespace troupe::storage::mvcc
