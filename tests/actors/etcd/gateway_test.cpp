#include "actors/etcd/gateway.hpp"
#include "tests/actors/etcd/fixture.hpp"

namespace troupe::actors::etcd {
namespace {

class gateway_test : public test::etcd_test {
protected:
  template <class Request, class Response = pb::PutResponse>
  std::shared_ptr<test::fake_call<Request, Response>> give(gateway& to, Request q) {
    auto c = std::make_shared<test::fake_call<Request, Response>>(std::move(q));
    to.take(net::etcd::call_ptr<Request, Response>(c));
    return c;
  }
  static pb::PutRequest put_of(const std::string& key) {
    pb::PutRequest q;
    q.set_key(key);
    return q;
  }
};

TEST_F(gateway_test, calls_that_gather_get_each_its_own_answer) {
  gateway g({front});
  auto first = give(g, put_of("a"));
  auto refused = give(g, put_of(""));
  auto second = give(g, put_of("a"));
  pb::RangeRequest r;
  r.set_key("b");
  auto read = give<pb::RangeRequest, pb::RangeResponse>(g, r);
  r.set_revision(99);
  auto future = give<pb::RangeRequest, pb::RangeResponse>(g, r);
  settle();
  EXPECT_EQ(first->ended, std::vector<test::status>{test::status{}});
  EXPECT_EQ(first->response.header().revision(), 2);
  EXPECT_EQ(refused->ended.at(0).text, "etcdserver: key is not provided");
  EXPECT_EQ(second->response.header().revision(), 3);
  EXPECT_EQ(read->ended, std::vector<test::status>{test::status{}});
  EXPECT_EQ(future->ended.at(0).text, "etcdserver: mvcc: required revision is a future revision");
}

TEST_F(gateway_test, nobody_is_asked_for_clients_that_have_left) {
  gateway g({front});
  auto gone = std::make_shared<test::fake_call<pb::PutRequest, pb::PutResponse>>(put_of("a"));
  gone->gone = true;
  g.take(net::etcd::put_call(gone));
  settle();
  EXPECT_EQ(gone->ended.at(0).what, net::etcd::code::cancelled);
  EXPECT_EQ(put("a", "1"), 2) << "nothing was written before";
}

TEST_F(gateway_test, calls_are_dropped_when_the_front_is_gone) {
  gateway g({front});
  auto waiting = give(g, put_of("a"));
  caf::anon_send_exit(shard, caf::exit_reason::kill);
  caf::anon_send_exit(front, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(waiting.use_count(), 1);
  auto late = give(g, put_of("a"));
  settle();
  EXPECT_EQ(late.use_count(), 1) << "a call in a queue that nobody reads would never end";
}

} // namespace
} // namespace troupe::actors::etcd
