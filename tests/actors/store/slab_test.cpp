#include "actors/store/slab.hpp"
#include <gtest/gtest.h>
#include <string>

namespace troupe::actors::store {
namespace {

TEST(slab, numbers_are_used_again_and_values_stay_where_they_are) {
  slab<std::string> s;
  auto a = s.add("a"), b = s.add("b");
  s.remove(a);
  EXPECT_EQ(s[b], "b");
  EXPECT_EQ(s[a], "") << "a place that is not in use";
  EXPECT_EQ(s.add("c"), a);
  EXPECT_EQ(s.size(), 2U);
  EXPECT_EQ(s.end(), 2U);
}

TEST(slab, memory_goes_with_the_last_value) {
  slab<std::string> s;
  auto a = s.add("a"), b = s.add("b");
  s.remove(b);
  s.remove(a);
  EXPECT_EQ(s.end(), 0U);
  EXPECT_EQ(s.add("d"), 0U);
}

} // namespace
} // namespace troupe::actors::store
