#include "policies/queueing/retry_queue.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::queueing {

namespace {

using namespace std::chrono_literals;

constexpr instant zero{};

TEST(retry_queue, a_failed_key_comes_back_after_its_back_off) {
  retry_queue<int> queue;
  queue.add(1);
  EXPECT_EQ(queue.take(zero), 1);
  EXPECT_EQ(queue.retry(1, zero), 5ms);
  queue.done(1);
  EXPECT_EQ(queue.take(zero + 4ms), std::nullopt);
  EXPECT_EQ(queue.next_due(), zero + 5ms);
  EXPECT_EQ(queue.take(zero + 5ms), 1);
  EXPECT_EQ(queue.retry(1, zero + 5ms), 10ms);
  queue.forget(1);
  EXPECT_EQ(queue.failures(1), 0);
}

TEST(retry_queue, an_adding_does_not_wait_for_the_delay_of_the_same_key) {
  retry_queue<int> queue;
  queue.add_after(1, zero, 1min);
  queue.add(1);
  EXPECT_EQ(queue.take(zero), 1);
  queue.done(1);
  EXPECT_EQ(queue.take(zero + 1s), std::nullopt);
  EXPECT_EQ(queue.delayed(), 1u);
  EXPECT_EQ(queue.take(zero + 1min), 1);
}

TEST(retry_queue, many_failing_keys_share_the_rate) {
  retry_queue<int> queue({.retries_per_second = 10, .retries_burst = 2});
  EXPECT_EQ(queue.retry(1, zero), 5ms);
  EXPECT_EQ(queue.retry(2, zero), 5ms);
  EXPECT_GE(queue.retry(3, zero), 99ms);
  EXPECT_GE(queue.retry(4, zero), 199ms);
}

TEST(retry_queue, no_delay_means_now) {
  retry_queue<int> queue;
  queue.add_after(1, zero, 0s);
  EXPECT_EQ(queue.ready(), 1u);
  EXPECT_EQ(queue.take(zero), 1);
  EXPECT_EQ(queue.in_work(), 1u);
}

} // namespace

} // namespace troupe::policies::queueing
