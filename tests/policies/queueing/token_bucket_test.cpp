#include "policies/queueing/token_bucket.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::queueing {

namespace {

using namespace std::chrono_literals;

constexpr instant zero{};

TEST(token_bucket, holds_the_burst_and_refills_at_its_rate) {
  token_bucket bucket(10, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.try_take(zero + 1h));
  EXPECT_FALSE(bucket.try_take(zero + 1h));
  EXPECT_FALSE(bucket.try_take(zero + 1h + 99ms));
  EXPECT_TRUE(bucket.try_take(zero + 1h + 101ms));
  EXPECT_DOUBLE_EQ(bucket.available(zero + 2h), 3);
}

TEST(token_bucket, reservations_queue_up) {
  token_bucket bucket(10, 1);
  EXPECT_EQ(bucket.reserve(zero), 0s);
  EXPECT_NEAR(double((bucket.reserve(zero) - 100ms).count()), 0, 1000);
  EXPECT_NEAR(double((bucket.reserve(zero) - 200ms).count()), 0, 1000);
  EXPECT_EQ(bucket.reserve(zero + 10s), 0s);
}

TEST(token_bucket, time_that_runs_backwards_gives_nothing) {
  token_bucket bucket(1, 1);
  EXPECT_TRUE(bucket.try_take(zero + 10s));
  EXPECT_FALSE(bucket.try_take(zero));
  EXPECT_FALSE(bucket.try_take(zero + 10s));
  EXPECT_TRUE(bucket.try_take(zero + 11s));
}

} // namespace

} // namespace troupe::policies::queueing
