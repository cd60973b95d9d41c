#include "policies/inspection/latency.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::inspection {
namespace {

TEST(latency, every_duration_is_below_the_bound_of_its_step_and_above_that_of_the_one_before) {
  for (std::uint64_t ns : {0ULL, 1ULL, 255ULL, 256ULL, 383ULL, 384ULL, 511ULL, 512ULL, 1'000'000ULL, 999'999'999ULL}) {
    auto step = latency_step(ns);
    EXPECT_LT(ns, latency_bound(step)) << ns;
    EXPECT_TRUE(step == 0 || ns >= latency_bound(step - 1)) << ns;
  }
}

TEST(latency, steps_never_leave_the_table) {
  EXPECT_EQ(latency_step(~0ULL), latency_steps - 1);
  EXPECT_EQ(latency_bound(latency_steps - 1), latency_bound(latency_steps - 2));
  EXPECT_GT(latency_bound(latency_steps - 1), 8'000'000'000ULL);
  for (std::size_t i = 1; i + 1 < latency_steps; ++i) EXPECT_GT(latency_bound(i), latency_bound(i - 1));
}

TEST(latency, a_percentile_is_the_bound_below_which_that_share_lies) {
  latency_counts counts{};
  EXPECT_EQ(percentile(counts, 0.5), 0U);
  counts[latency_step(1'000)] = 98;
  counts[latency_step(1'000'000)] = 1;
  counts[latency_step(100'000'000)] = 1;
  EXPECT_EQ(percentile(counts, 0.5), latency_bound(latency_step(1'000)));
  EXPECT_EQ(percentile(counts, 0.98), latency_bound(latency_step(1'000)));
  EXPECT_EQ(percentile(counts, 0.99), latency_bound(latency_step(1'000'000)));
  EXPECT_EQ(percentile(counts, 1), latency_bound(latency_step(100'000'000)));
}

TEST(latency, one_duration_is_every_percentile) {
  latency_counts counts{};
  counts[7] = 1;
  for (double share : {0.01, 0.5, 0.99, 1.0}) EXPECT_EQ(percentile(counts, share), latency_bound(7));
}

} // namespace
} // namespace troupe::policies::inspection
