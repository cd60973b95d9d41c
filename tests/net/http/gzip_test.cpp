#include "net/http/gzip.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::http {
namespace {

TEST(gzip, returns_what_went_in) {
  std::mt19937 random(2);
  for (const std::size_t size : {0, 1, 1000, 300'000}) {
    std::string text(size, '\0');
    for (auto& c : text) c = static_cast<char>('a' + random() % 4);
    const auto packed = gzip(text);
    ASSERT_TRUE(packed.has_value());
    EXPECT_EQ(gunzip(*packed, 1 << 20), text);
  }
}

TEST(gzip, bombs_and_damage_are_refused) {
  const auto bomb = gzip(std::string(10 << 20, 'x')).value();
  EXPECT_LT(bomb.size(), 100'000U);
  EXPECT_FALSE(gunzip(bomb, 1 << 20).has_value());
  EXPECT_FALSE(gunzip(bomb.substr(0, bomb.size() / 2), 100 << 20).has_value());
  EXPECT_FALSE(gunzip("not gzip", 1000).has_value());
  EXPECT_FALSE(gunzip("", 1000).has_value());
}

} // namespace
} // namespace troupe::net::http
