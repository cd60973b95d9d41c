#include "storage/snapshot/chunk.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::storage::snapshot {
namespace {

TEST(chunk_test, a_chunk_survives) {
  auto bytes = frame(chunk_kind::data, 7, "payload") + "more";
  auto c = parse(bytes);
  ASSERT_TRUE(c.has_value());
  EXPECT_EQ(c->value.kind, chunk_kind::data);
  EXPECT_EQ(c->value.number, 7U);
  EXPECT_EQ(c->value.payload, "payload");
  EXPECT_EQ(c->size, bytes.size() - 4);
}

TEST(chunk_test, a_part_of_a_chunk_is_missing_the_rest) {
  auto bytes = frame(chunk_kind::data, 7, "payload");
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_EQ(parse(std::string_view(bytes).substr(0, n)).error().code, engine::errc::missing) << n;
}

TEST(chunk_test, every_flipped_bit_is_seen) {
  auto bytes = frame(chunk_kind::end, 7, "payload");
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto broken = bytes;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(parse(broken).has_value()) << bit;
  }
}

TEST(chunk_test, a_newer_format_is_told_apart) {
  auto bytes = frame(chunk_kind::data, 0, "");
  bytes[4] = 2;
  EXPECT_EQ(parse(bytes).error().code, engine::errc::newer_format);
}

TEST(chunk_test, random_bytes_do_no_harm) {
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = "TSNP\1" + std::string(random() % 40, '\0');
    for (std::size_t i = 5; i < bytes.size(); ++i) bytes[i] = static_cast<char>(random());
    EXPECT_FALSE(parse(bytes).has_value());
  }
}

} // namespace
} // namespace troupe::storage::snapshot
