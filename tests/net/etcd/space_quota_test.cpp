#include "net/etcd/space_quota.hpp"
#include <gtest/gtest.h>

namespace troupe::net::etcd {
namespace {

TEST(space_quota, admits_up_to_the_limit_and_raises_the_alarm_at_the_first_request_above) {
  space_quota q(1000);
  EXPECT_TRUE(q.admit(600));
  EXPECT_TRUE(q.admit(400));
  EXPECT_FALSE(q.alarm());
  EXPECT_FALSE(q.admit(1));
  EXPECT_TRUE(q.alarm());
  EXPECT_FALSE(q.admit(0)) << "nothing more goes in, however small";
}

TEST(space_quota, clears_itself_when_there_is_clearly_space_again) {
  space_quota q(1600);
  q.measured(1601);
  EXPECT_TRUE(q.alarm());
  q.measured(1501);
  EXPECT_TRUE(q.alarm()) << "at the limit it would come and go";
  q.measured(1500);
  EXPECT_FALSE(q.alarm());
  EXPECT_TRUE(q.admit(100));
}

TEST(space_quota, a_measurement_takes_the_place_of_what_was_counted) {
  space_quota q(1000);
  EXPECT_TRUE(q.admit(900));
  q.measured(100); // It compresses well.
  EXPECT_TRUE(q.admit(900));
  EXPECT_FALSE(q.admit(900));
}

TEST(space_quota, without_a_limit_there_is_no_alarm) {
  space_quota q(0);
  q.measured(~std::uint64_t(0));
  EXPECT_TRUE(q.admit(1 << 30));
  EXPECT_FALSE(q.alarm());
}

TEST(space_quota, only_transactions_that_write_need_space) {
  pb::TxnRequest r;
  EXPECT_FALSE(adds_data(r));
  r.add_success()->mutable_request_range();
  r.add_failure()->mutable_request_delete_range();
  auto* nested = r.add_failure()->mutable_request_txn();
  EXPECT_FALSE(adds_data(r));
  nested->add_success()->mutable_request_put();
  EXPECT_TRUE(adds_data(r)) << "at any depth";
}

} // namespace
} // namespace troupe::net::etcd
