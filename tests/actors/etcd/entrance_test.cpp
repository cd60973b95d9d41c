#include "actors/etcd/entrance.hpp"
#include "actors/etcd/gateway.hpp"
#include "tests/actors/etcd/fixture.hpp"

namespace troupe::actors::etcd {
namespace {

class entrance_test : public test::etcd_test {
protected:
  std::shared_ptr<test::fake_call<pb::PutRequest, pb::PutResponse>> put_through() {
    pb::PutRequest q;
    q.set_key("a");
    auto c = std::make_shared<test::fake_call<pb::PutRequest, pb::PutResponse>>(q);
    door.take(net::etcd::put_call(c));
    settle();
    return c;
  }
  entrance door;
};

TEST_F(entrance_test, a_call_is_dropped_while_nobody_answers_and_answered_by_whoever_does) {
  EXPECT_EQ(put_through().use_count(), 1) << "a call that is kept would never end";
  door.lead_to(std::make_shared<gateway>(std::vector<front_actor>{front}));
  EXPECT_EQ(put_through()->ended, std::vector<test::status>{test::status{}});
  door.lead_to(nullptr);
  EXPECT_EQ(put_through().use_count(), 1);
}

TEST_F(entrance_test, a_stream_ends_at_once_while_nobody_answers) {
  auto s = std::make_shared<test::fake_stream<pb::WatchRequest, pb::WatchResponse>>();
  door.open(std::shared_ptr<net::etcd::watch_stream>(s));
  ASSERT_EQ(s->ended.size(), 1u);
  EXPECT_EQ(s->ended[0].what, net::etcd::code::unavailable);
}

} // namespace
} // namespace troupe::actors::etcd
