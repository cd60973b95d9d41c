#include "storage/engine/memory_engine.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::engine {
namespace {

TEST(memory_engine_test, it_counts_what_it_holds) {
  memory_engine e(1);
  batch b;
  b.put(0, "key", "value");
  b.put(0, "key", "v");
  ASSERT_TRUE(e.write(b, durability::sync).has_value());
  EXPECT_EQ(e.size_bytes(), 4U);
  EXPECT_EQ(e.flushed_sequence(), e.sequence());
  batch gone;
  gone.remove_range(0, "a", "z");
  ASSERT_TRUE(e.write(gone, durability::sync).has_value());
  EXPECT_EQ(e.size_bytes(), 0U);
}

} // namespace
} // namespace troupe::storage::engine
