#include "storage/engine/batch.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::engine {
namespace {

TEST(batch_test, changes_keep_their_order_and_bytes) {
  batch b;
  EXPECT_TRUE(b.empty());
  b.put(1, "key", std::string("va\0lue", 6));
  b.remove(2, "gone");
  b.remove_range(0, "a", "z");
  ASSERT_EQ(b.size(), 3U);
  EXPECT_EQ(b.at(0).value.size(), 6U);
  EXPECT_EQ(b.at(1).what, batch::verb::remove);
  EXPECT_EQ(b.at(1).key, "gone");
  EXPECT_EQ(b.at(1).where, 2);
  EXPECT_EQ(b.at(2).value, "z");
  EXPECT_EQ(b.bytes(), 15U);
  b.clear();
  EXPECT_TRUE(b.empty());
}

} // namespace
} // namespace troupe::storage::engine
