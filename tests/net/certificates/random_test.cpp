#include "net/certificates/random.hpp"
#include <gtest/gtest.h>
#include <set>

namespace troupe::net::certificates {
namespace {

random_source counter() {
  return [next = std::uint8_t{0}](std::span<std::uint8_t> into) mutable {
    for (auto& byte : into) byte = next++;
  };
}

TEST(random, names_come_from_the_safe_alphabet_and_the_source) {
  EXPECT_EQ(random_name(counter(), 5), "bcdfg");
  EXPECT_EQ(random_name(counter(), 5), random_name(counter(), 5));
  EXPECT_EQ(random_name(system_random(), 300).find_first_not_of("bcdfghjklmnpqrstvwxz2456789"), std::string::npos);
}

TEST(random, uuids_have_version_and_variant) {
  EXPECT_EQ(random_uuid(counter()), "00010203-0405-4607-8809-0a0b0c0d0e0f");
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_uuid(system_random()));
  EXPECT_EQ(seen.size(), 1000U);
}

} // namespace
} // namespace troupe::net::certificates
