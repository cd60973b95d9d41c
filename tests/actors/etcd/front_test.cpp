#include "tests/actors/etcd/fixture.hpp"

namespace troupe::actors::etcd {
namespace {

class front_test : public test::etcd_test {};
using test::status;
using net::etcd::code;

TEST_F(front_test, a_put_is_answered_with_header_and_previous_version_and_then_read) {
  EXPECT_EQ(put("a", "1"), 2);
  pb::PutRequest q;
  q.set_key("a");
  q.set_value("2");
  q.set_prev_kv(true);
  auto c = ask<pb::PutResponse>(q);
  EXPECT_EQ(c->response.prev_kv().value(), "1");
  EXPECT_EQ(c->response.header().cluster_id(), 7u);
  EXPECT_EQ(c->response.header().member_id(), 8u);
  EXPECT_EQ(c->response.header().raft_term(), 1u);
  pb::RangeRequest r;
  r.set_key("a");
  auto read = ask<pb::RangeResponse>(r);
  ASSERT_EQ(read->response.kvs_size(), 1);
  EXPECT_EQ(read->response.kvs(0).value(), "2");
  EXPECT_EQ(read->response.kvs(0).version(), 2);
  EXPECT_EQ(read->response.header().revision(), 3);
}

TEST_F(front_test, every_refusal_ends_the_call_once_with_etcds_text) {
  EXPECT_EQ(ask<pb::PutResponse>(pb::PutRequest())->ended,
            (std::vector<status>{{code::invalid_argument, "etcdserver: key is not provided"}}));
  pb::PutRequest big;
  big.set_key("a");
  big.set_value(std::string(2001, 'v'));
  EXPECT_EQ(ask<pb::PutResponse>(big)->ended.at(0).text, "etcdserver: request is too large");
  pb::RangeRequest future;
  future.set_key("a");
  future.set_revision(99);
  EXPECT_EQ(ask<pb::RangeResponse>(future)->ended.at(0).text,
            "etcdserver: mvcc: required revision is a future revision");
}

TEST_F(front_test, a_nested_transaction_answers_in_the_shape_it_was_asked_in) {
  put("a", "1");
  pb::TxnRequest q;
  auto* c = q.add_compare();
  c->set_key("a");
  c->set_target(pb::Compare::VALUE);
  c->set_value("1");
  auto* inner = q.add_success()->mutable_request_txn();
  auto* c2 = inner->add_compare();
  c2->set_key("b");
  c2->set_target(pb::Compare::VERSION);
  c2->set_version(1);
  inner->add_failure()->mutable_request_put()->set_key("b");
  auto* range = q.add_success()->mutable_request_range();
  range->set_key("a");
  range->set_range_end("z");
  range->set_sort_order(pb::RangeRequest::DESCEND);
  auto a = ask<pb::TxnResponse>(q);
  ASSERT_EQ(a->ended, std::vector<status>{status{}});
  EXPECT_TRUE(a->response.succeeded());
  ASSERT_EQ(a->response.responses_size(), 2);
  EXPECT_FALSE(a->response.responses(0).response_txn().succeeded());
  EXPECT_TRUE(a->response.responses(0).response_txn().responses(0).has_response_put());
  EXPECT_EQ(a->response.responses(1).response_range().kvs(0).key(), "b") << "the nested put is seen, and sorted";
}

TEST_F(front_test, a_lease_that_does_not_exist_has_no_time_left_and_short_ones_are_made_longer) {
  pb::LeaseTimeToLiveRequest q;
  q.set_id(99);
  auto gone = ask<pb::LeaseTimeToLiveResponse>(q);
  EXPECT_EQ(gone->ended, std::vector<status>{status{}});
  EXPECT_EQ(gone->response.ttl(), -1);
  pb::LeaseGrantRequest g;
  g.set_id(5);
  EXPECT_EQ(ask<pb::LeaseGrantResponse>(g)->response.ttl(), 2);
  EXPECT_EQ(ask<pb::LeaseGrantResponse>(g)->ended.at(0).text, "etcdserver: lease already exists");
  auto list = ask<pb::LeaseLeasesResponse>(pb::LeaseLeasesRequest());
  ASSERT_EQ(list->response.leases_size(), 1);
  EXPECT_EQ(list->response.leases(0).id(), 5);
}

TEST_F(front_test, the_hash_of_a_revision_stays_the_same_while_the_store_goes_on) {
  auto at = put("a", "1");
  pb::HashKVRequest q;
  q.set_revision(at);
  auto before = ask<pb::HashKVResponse>(q)->response.hash();
  put("a", "2");
  EXPECT_EQ(ask<pb::HashKVResponse>(q)->response.hash(), before);
  EXPECT_NE(ask<pb::HashKVResponse>(pb::HashKVRequest())->response.hash(), before);
}

TEST_F(front_test, a_call_whose_client_has_left_or_whose_time_is_over_does_not_reach_the_store) {
  pb::PutRequest q;
  q.set_key("a");
  auto c = std::make_shared<test::fake_call<pb::PutRequest, pb::PutResponse>>(q);
  c->time_left = std::chrono::milliseconds(0);
  caf::anon_send(front, call_atom::value, incoming{net::etcd::put_call(c)});
  settle();
  EXPECT_EQ(c->ended.at(0).what, code::deadline_exceeded);
  EXPECT_EQ(put("b", "1"), 2);
}

TEST_F(front_test, keep_alives_are_answered_one_by_one_and_a_missing_lease_has_no_time) {
  pb::LeaseGrantRequest g;
  g.set_id(5);
  g.set_ttl(30);
  ask<pb::LeaseGrantResponse>(g);
  auto s = std::make_shared<test::fake_stream<pb::LeaseKeepAliveRequest, pb::LeaseKeepAliveResponse>>();
  caf::anon_send(front, open_atom::value, opened{std::shared_ptr<net::etcd::keepalive_stream>(s)});
  settle();
  for (auto id : {5, 6}) {
    pb::LeaseKeepAliveRequest q;
    q.set_id(id);
    s->listener.received(q);
    settle();
    s->listener.written();
    settle();
  }
  ASSERT_EQ(s->written.size(), 2u);
  EXPECT_EQ(s->written[0].ttl(), 30);
  EXPECT_EQ(s->written[1].ttl(), 0);
  EXPECT_EQ(s->reads, 3);
  s->listener.closed();
  settle();
  EXPECT_EQ(s->ended.size(), 1u);
}

} // namespace
} // namespace troupe::actors::etcd
