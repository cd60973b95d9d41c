#include "storage/mvcc/mark.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::mvcc {
namespace {

TEST(mark, survives_its_encoding) {
  mark before{.index = 300, .term = 4, .current = 5000, .compacted = 4000, .scrubbed = {12, 3}};
  auto back = decode_mark(encode(before));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->index, 300U);
  EXPECT_EQ(back->term, 4U);
  EXPECT_EQ(back->current, 5000);
  EXPECT_EQ(back->compacted, 4000);
  EXPECT_EQ(back->scrubbed, (version_at{12, 3}));
}

TEST(mark, is_refused_when_cut_or_newer) {
  auto bytes = encode(mark{.index = 300});
  for (std::size_t n = 1; n < bytes.size(); ++n)
    EXPECT_EQ(decode_mark(bytes.substr(0, n)).error().code, engine::errc::damaged) << n;
  EXPECT_EQ(decode_mark(bytes + "x").error().code, engine::errc::damaged);
  bytes[0] = 3;
  EXPECT_EQ(decode_mark(bytes).error().code, engine::errc::newer_format);
}

} // namespace
} // namespace troupe::storage::mvcc
