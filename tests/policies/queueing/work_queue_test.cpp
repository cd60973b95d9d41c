#include "policies/queueing/work_queue.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace troupe::policies::queueing {

namespace {

TEST(work_queue, hands_out_keys_in_order_of_their_first_adding) {
  work_queue<int> queue;
  for (int key : {3, 1, 3, 2, 1}) queue.add(key);
  std::vector<int> out;
  while (auto key = queue.take()) out.push_back(*key);
  EXPECT_EQ(out, (std::vector{3, 1, 2}));
  EXPECT_EQ(queue.in_work(), 3u);
}

TEST(work_queue, a_key_added_in_work_comes_again_only_after_done) {
  work_queue<int> queue;
  queue.add(1);
  EXPECT_EQ(queue.take(), 1);
  EXPECT_TRUE(queue.add(1));
  EXPECT_FALSE(queue.add(1));
  EXPECT_EQ(queue.take(), std::nullopt);
  queue.done(1);
  EXPECT_EQ(queue.take(), 1);
  queue.done(1);
  EXPECT_TRUE(queue.idle());
}

TEST(work_queue, done_of_a_key_that_is_not_in_work_changes_nothing) {
  work_queue<int> queue;
  queue.add(1);
  queue.done(1);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.take(), 1);
  EXPECT_EQ(queue.take(), std::nullopt);
}

TEST(work_queue, loses_no_adding_and_never_works_twice_on_a_key) {
  std::mt19937 random(5);
  work_queue<int> queue;
  std::vector<int> in_work;
  std::vector<bool> pending(8);
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 3 == 0) {
      int key = int(random() % 8);
      queue.add(key);
      pending[std::size_t(key)] = true;
    } else if (random() % 2 == 0) {
      if (auto key = queue.take()) {
        EXPECT_EQ(std::ranges::find(in_work, *key), in_work.end());
        EXPECT_TRUE(pending[std::size_t(*key)]);
        pending[std::size_t(*key)] = false;
        in_work.push_back(*key);
      }
    } else if (!in_work.empty()) {
      queue.done(in_work.back());
      in_work.pop_back();
    }
  }
  for (int key : in_work) queue.done(key);
  while (auto key = queue.take()) pending[std::size_t(*key)] = false;
  EXPECT_EQ(std::ranges::count(pending, true), 0);
}

} // namespace

} // namespace troupe::policies::queueing
