#include "policies/scheduling/balanced_allocation.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(balanced_allocation_test, equal_shares_score_best_and_lopsided_ones_worst) {
  auto n = node({.allocatable = R"({"cpu":"4","memory":"1000"})"});
  EXPECT_EQ(balanced_allocation::balance(*pod("p", requesting("2", "500")), n), 100);
  EXPECT_EQ(balanced_allocation::balance(*pod("p", requesting("4", "0")), n), 50);
  EXPECT_EQ(balanced_allocation::balance(*pod("p", requesting("8", "0")), n), 50); // A share is at most one.
  EXPECT_EQ(balanced_allocation::balance(*pod("p", requesting("2", "250")), n), 87);
}

} // namespace
} // namespace troupe::policies::scheduling
