#include "storage/mvcc/recent.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::mvcc {
namespace {

key_value_ptr kv(const std::string& key, std::size_t bytes = 0) {
  auto x = std::make_shared<key_value>();
  x->key = key;
  x->value = make_bytes(std::string(bytes, 'x'));
  return x;
}

TEST(recent_test, it_knows_what_was_put_and_what_is_absent) {
  recent_versions r(1 << 20);
  EXPECT_FALSE(r.find("a").has_value());
  r.put("a", kv("a"));
  r.put("b", nullptr);
  EXPECT_EQ((*r.find("a"))->key, "a");
  EXPECT_EQ(*r.find("b"), nullptr);
  r.put("a", nullptr);
  EXPECT_EQ(*r.find("a"), nullptr);
}

TEST(recent_test, what_is_used_stays_and_the_rest_goes) {
  recent_versions r(20'000);
  r.put("used", kv("used", 100));
  r.put("idle", kv("idle", 100));
  for (int i = 0; i < 200; ++i) {
    auto key = "k" + std::to_string(i);
    r.put(key, kv(key, 500));
    EXPECT_TRUE(r.find("used").has_value()) << i;
  }
  EXPECT_FALSE(r.find("idle").has_value());
}

TEST(recent_test, an_old_version_never_comes_back) {
  recent_versions r(4'000);
  r.put("a", kv("old", 100));
  r.put("big", kv("big", 3'000)); // A new generation begins.
  r.put("a", kv("new", 100));
  r.put("big", kv("big", 3'000));
  EXPECT_TRUE(!r.find("a").has_value() || (*r.find("a"))->key == "new");
}

} // namespace
} // namespace troupe::storage::mvcc
