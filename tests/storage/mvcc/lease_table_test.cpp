#include "storage/mvcc/lease_table.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::mvcc {
namespace {

using std::chrono::seconds;
using ids = std::vector<lease_id>;

TEST(lease_table_test, a_lease_runs_out_once_after_its_time) {
  lease_table t;
  t.grant(1, 10, seconds(100));
  EXPECT_EQ(t.next_deadline(), seconds(110));
  EXPECT_EQ(t.remaining(1, seconds(104)), 6);
  EXPECT_EQ(t.expired(seconds(109), 10), ids{});
  EXPECT_EQ(t.expired(seconds(110), 10), ids{1});
  EXPECT_EQ(t.expired(seconds(200), 10), ids{}) << "it waits for its revocation";
  EXPECT_EQ(t.remaining(1, seconds(200)), 0);
  t.revoke(1);
  EXPECT_EQ(t.remaining(1, seconds(200)), std::nullopt);
}

TEST(lease_table_test, a_keepalive_starts_the_time_anew_until_it_is_too_late) {
  lease_table t;
  t.grant(1, 10, seconds(0));
  EXPECT_EQ(t.keepalive(1, seconds(9)), 10);
  EXPECT_EQ(t.expired(seconds(18), 10), ids{});
  EXPECT_EQ(t.expired(seconds(19), 10), ids{1});
  EXPECT_EQ(t.keepalive(1, seconds(19)), std::nullopt);
  EXPECT_EQ(t.keepalive(2, seconds(0)), std::nullopt);
}

TEST(lease_table_test, a_failed_revocation_comes_again) {
  lease_table t;
  t.grant(1, 10, seconds(0));
  EXPECT_EQ(t.expired(seconds(10), 10), ids{1});
  t.retry(1, seconds(12));
  EXPECT_EQ(t.expired(seconds(11), 10), ids{});
  EXPECT_EQ(t.expired(seconds(12), 10), ids{1});
}

TEST(lease_table_test, many_run_out_in_order_and_in_portions) {
  lease_table t;
  t.grant(3, 1, seconds(0));
  t.grant(1, 3, seconds(0));
  t.grant(2, 2, seconds(0));
  EXPECT_EQ(t.expired(seconds(5), 2), (ids{3, 2}));
  EXPECT_EQ(t.expired(seconds(5), 2), ids{1});
}

TEST(lease_table_test, the_longest_time_does_not_overflow) {
  lease_table t;
  t.grant(1, 9'000'000'000, seconds(0));
  EXPECT_EQ(t.expired(seconds(86'400), 1), ids{});
}

} // namespace
} // namespace troupe::storage::mvcc
