#include "policies/joining/failures.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::joining {
namespace {

using namespace std::chrono_literals;
const queueing::instant start{1h};

TEST(failures, an_address_that_fails_often_has_to_wait) {
  failure_limit limit;
  int tries = 0;
  while (limit.may_try("10.0.0.9", start) && tries < 1000)
    limit.failed("10.0.0.9", start), ++tries;
  EXPECT_EQ(tries, 10);
  EXPECT_TRUE(limit.may_try("10.0.0.8", start));
  EXPECT_FALSE(limit.may_try("10.0.0.9", start + 4s));
  EXPECT_TRUE(limit.may_try("10.0.0.9", start + 6s));
}

TEST(failures, many_addresses_have_a_bound_together_and_cost_little) {
  failure_limit limit;
  int tries = 0;
  while (tries < 5000 && limit.may_try(std::to_string(tries), start))
    limit.failed(std::to_string(tries), start), ++tries;
  EXPECT_EQ(tries, 100);
  EXPECT_FALSE(limit.may_try("another", start));
  EXPECT_TRUE(limit.may_try("another", start + 1s));
}

} // namespace
} // namespace troupe::policies::joining
