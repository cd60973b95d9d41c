#include "policies/queueing/backoff.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::queueing {

namespace {

using namespace std::chrono_literals;

TEST(backoff, doubles_from_5_ms_to_1000_s) {
  backoff<int> delays;
  for (auto expected : {5ms, 10ms, 20ms, 40ms}) EXPECT_EQ(delays.next(1), expected);
  for (int i = 0; i < 100; ++i) EXPECT_LE(delays.next(1), 1000s);
  EXPECT_EQ(delays.next(1), 1000s);
  EXPECT_EQ(delays.failures(1), 105);
}

TEST(backoff, keys_fail_independently_and_success_forgets) {
  backoff<int> delays(1s, 3s);
  EXPECT_EQ(delays.next(1), 1s);
  EXPECT_EQ(delays.next(1), 2s);
  EXPECT_EQ(delays.next(2), 1s);
  EXPECT_EQ(delays.next(1), 3s);
  delays.forget(1);
  EXPECT_EQ(delays.failures(1), 0);
  EXPECT_EQ(delays.next(1), 1s);
  delays.forget(1);
  delays.forget(2);
  EXPECT_EQ(delays.size(), 0u);
}

} // namespace

} // namespace troupe::policies::queueing
