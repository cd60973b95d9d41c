#include "policies/queueing/delaying_queue.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::queueing {

namespace {

using namespace std::chrono_literals;

constexpr instant zero{};

TEST(delaying_queue, gives_what_is_due_earliest_first) {
  delaying_queue<int> queue;
  queue.add(1, zero + 3s);
  queue.add(2, zero + 1s);
  queue.add(3, zero + 2s);
  EXPECT_EQ(queue.next(), zero + 1s);
  EXPECT_TRUE(queue.take_due(zero).empty());
  EXPECT_EQ(queue.take_due(zero + 2s), (std::vector{2, 3}));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.next(), zero + 3s);
}

TEST(delaying_queue, of_two_times_the_earlier_one_counts) {
  delaying_queue<int> queue;
  queue.add(1, zero + 5s);
  queue.add(1, zero + 2s);
  queue.add(1, zero + 9s);
  EXPECT_EQ(queue.take_due(zero + 2s), std::vector{1});
  EXPECT_TRUE(queue.take_due(zero + 10s).empty());
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(delaying_queue, an_erased_key_does_not_come) {
  delaying_queue<int> queue;
  queue.add(1, zero + 1s);
  queue.erase(1);
  queue.erase(2);
  EXPECT_TRUE(queue.take_due(zero + 1s).empty());
}

} // namespace

} // namespace troupe::policies::queueing
