#include "storage/mvcc/types.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::mvcc {
namespace {

const std::string zero(1, '\0');

TEST(types_test, ranges_contain_what_etcd_says) {
  EXPECT_TRUE((key_range{"a", ""}.contains("a")));
  EXPECT_FALSE((key_range{"a", ""}.contains("aa")));
  EXPECT_TRUE((key_range{"a", "b"}.contains("aa")));
  EXPECT_FALSE((key_range{"a", "b"}.contains("b")));
  EXPECT_TRUE((key_range{"a", zero}.contains("zzz")));
  EXPECT_FALSE((key_range{"b", zero}.contains("a")));
}

TEST(types_test, a_prefix_covers_exactly_the_keys_that_start_with_it) {
  auto r = key_range::prefix("a/");
  EXPECT_TRUE(r.contains("a/"));
  EXPECT_TRUE(r.contains("a/\xff\xff"));
  EXPECT_FALSE(r.contains("a0"));
  EXPECT_FALSE(r.contains("a"));
  auto high = key_range::prefix("a\xff");
  EXPECT_TRUE(high.contains("a\xff\xff"));
  EXPECT_FALSE(high.contains("b"));
  EXPECT_TRUE(key_range::prefix("\xff").contains("\xff\xff"));
  EXPECT_TRUE(key_range::prefix("").contains("anything"));
}

TEST(types_test, every_error_has_a_sentence) {
  for (int code = 1; code <= static_cast<int>(errc::storage); ++code)
    EXPECT_NE(to_string(static_cast<errc>(code)), "unknown error") << code;
}

} // namespace
} // namespace troupe::storage::mvcc
