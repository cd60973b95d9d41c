#include "tests/actors/etcd/fixture.hpp"

namespace troupe::actors::etcd {
namespace {

/// A store in memory gives space back as soon as old versions are removed.
class quota_test : public test::etcd_test {
protected:
  quota_test() { quota_bytes = 20'000; }
  net::etcd::status try_put(const std::string& key) {
    pb::PutRequest q;
    q.set_key(key);
    q.set_value(std::string(1000, 'v'));
    return ask<pb::PutResponse>(q)->ended.at(0);
  }
  void fill() {
    while (try_put("k" + std::to_string(count_++)).text.empty()) ASSERT_LT(count_, 100);
  }
  std::string alarms() {
    auto c = ask<pb::AlarmResponse>(pb::AlarmRequest());
    std::string out;
    for (auto& a : c->response.alarms())
      out += std::to_string(a.memberid()) + ":" + pb::AlarmType_Name(a.alarm()) + " ";
    return out;
  }
  int count_ = 0;
};
const test::status full{net::etcd::code::resource_exhausted, "etcdserver: mvcc: database space exceeded"};

TEST_F(quota_test, a_full_store_takes_no_data_but_everything_else) {
  EXPECT_EQ(alarms(), "");
  fill();
  EXPECT_EQ(try_put("x"), full);
  EXPECT_EQ(alarms(), "8:NOSPACE ");
  auto status = ask<pb::StatusResponse>(pb::StatusRequest());
  ASSERT_EQ(status->response.errors_size(), 1);
  EXPECT_EQ(status->response.errors(0), "memberID:8 alarm:NOSPACE ");
  pb::TxnRequest txn;
  txn.add_failure()->mutable_request_put()->set_key("x");
  EXPECT_EQ(ask<pb::TxnResponse>(txn)->ended.at(0), full);
  pb::LeaseGrantRequest lease;
  lease.set_ttl(10);
  EXPECT_EQ(ask<pb::LeaseGrantResponse>(lease)->ended.at(0), full);
  pb::RangeRequest range;
  range.set_key("k0");
  EXPECT_EQ(ask<pb::RangeResponse>(range)->response.kvs_size(), 1);
  pb::TxnRequest removal;
  removal.add_success()->mutable_request_delete_range()->set_key("k0");
  EXPECT_EQ(ask<pb::TxnResponse>(removal)->ended.at(0), test::status{});
}

TEST_F(quota_test, the_alarm_goes_with_the_data_and_not_on_request) {
  fill();
  pb::AlarmRequest disarm;
  disarm.set_action(pb::AlarmRequest::DEACTIVATE);
  EXPECT_EQ(ask<pb::AlarmResponse>(disarm)->response.alarms_size(), 0);
  EXPECT_EQ(alarms(), "8:NOSPACE ");
  pb::DeleteRangeRequest all;
  all.set_key(std::string(1, '\0'));
  all.set_range_end(std::string(1, '\0'));
  auto removed = ask<pb::DeleteRangeResponse>(all);
  ASSERT_EQ(removed->ended.at(0), test::status{});
  pb::CompactionRequest compact;
  compact.set_revision(removed->response.header().revision());
  ASSERT_EQ(ask<pb::CompactionResponse>(compact)->ended.at(0), test::status{});
  pass(std::chrono::seconds(2));
  EXPECT_EQ(alarms(), "");
  EXPECT_EQ(try_put("x"), test::status{});
}

TEST_F(quota_test, nobody_but_the_store_raises_an_alarm) {
  pb::AlarmRequest q;
  q.set_action(pb::AlarmRequest::ACTIVATE);
  q.set_alarm(pb::NOSPACE);
  EXPECT_EQ(ask<pb::AlarmResponse>(q)->ended.at(0).what, net::etcd::code::unimplemented);
}

} // namespace
} // namespace troupe::actors::etcd
