#include "storage/mvcc/keys.hpp"
#include <algorithm>
#include <gtest/gtest.h>

namespace troupe::storage::mvcc {
namespace {

const std::string zero(1, '\0');

TEST(keys_test, stored_order_is_key_order_then_newest_first) {
  std::vector<std::string> keys{"",  zero, zero + "\1", "a", "a" + zero, "a" + zero + zero, "a" + zero + "\xff", "a\1",
                                "a\xff", "b"};
  std::sort(keys.begin(), keys.end());
  std::vector<std::string> stored;
  for (auto& key : keys)
    for (revision main : {300, 299, 1})
      for (std::uint32_t sub : {2, 1, 0}) stored.push_back(version_key(version_prefix(key), {main, sub}));
  EXPECT_TRUE(std::is_sorted(stored.begin(), stored.end()));
}

TEST(keys_test, stored_keys_parse_back) {
  for (auto& key : {std::string("a"), "a" + zero + "b" + zero, std::string("\xff\xff"), zero}) {
    auto stored = version_key(version_prefix(key), {1LL << 40, 77});
    auto parsed = parse_version(stored);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(unescaped(parsed->prefix), key);
    EXPECT_EQ(parsed->at, (version_at{1LL << 40, 77}));
    EXPECT_EQ(parsed->prefix, version_prefix(key));
  }
  EXPECT_EQ(parse_revision(revision_key({123, 4})), (version_at{123, 4}));
}

TEST(keys_test, other_bytes_are_no_keys) {
  EXPECT_FALSE(parse_version("").has_value());
  EXPECT_FALSE(parse_version("short").has_value());
  EXPECT_FALSE(parse_version("a key without terminator").has_value());
  EXPECT_FALSE(parse_revision("123").has_value());
}

TEST(keys_test, after_all_versions_comes_the_next_key) {
  auto prefix = version_prefix("a");
  EXPECT_LT(version_key(prefix, {0, 0}), after_versions(prefix));
  EXPECT_LT(after_versions(prefix), version_prefix("a" + zero));
}

TEST(keys_test, records_survive_and_damage_is_seen) {
  key_value kv{"k", 3, 5, 2, -7, make_bytes("value")};
  auto bytes = encode_record(kv, false);
  auto record = decode_record(bytes);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->create_revision, 3);
  EXPECT_EQ(record->version, 2);
  EXPECT_EQ(record->lease, -7);
  EXPECT_EQ(record->value, "value");
  EXPECT_TRUE(decode_record(encode_record(kv, true))->removal);
  EXPECT_FALSE(decode_record("").has_value());
  EXPECT_FALSE(decode_record(bytes.substr(0, 3)).has_value());
  bytes[0] = 9;
  EXPECT_FALSE(decode_record(bytes).has_value()) << "a record of a later version";
}

} // namespace
} // namespace troupe::storage::mvcc
