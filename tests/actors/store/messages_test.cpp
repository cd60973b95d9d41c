#include "actors/store/interface.hpp"
#include "actors/store/peer.hpp"
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <gtest/gtest.h>
#include <random>

namespace troupe::actors::store {
namespace {

template <class T> T again(const T& x) {
  T back;
  from_wire(to_wire(x), back);
  EXPECT_EQ(to_wire(back), to_wire(x));
  return back;
}
mvcc::key_value_ptr kv(std::string key) {
  return std::make_shared<const mvcc::key_value>(mvcc::key_value{std::move(key), 1, 2, 3, 4, mvcc::make_bytes("v")});
}

TEST(messages_test, payloads_survive_the_wire) {
  auto w = again(watch_request{7, {"a", "b"}, 5, true, false, true, true, 9});
  EXPECT_EQ(w.credit, 9U);
  EXPECT_TRUE(w.prev_kv && w.no_removal && w.progress && !w.no_put);
  auto b = again(event_batch{7, 9, {{mvcc::event_type::put, kv("a"), nullptr}}, false, event_batch::end::compacted, 3});
  EXPECT_EQ(b.events[0].kv->key, "a");
  EXPECT_EQ(b.ended, event_batch::end::compacted);
  for (auto& c : {command_request(mvcc::lease_grant_request{1, 2}), command_request(lease_revoke{3}),
                  command_request(lease_keepalive{4}), command_request(lease_query{5, true}),
                  command_request(lease_list{}), command_request(hash_query{6}),
                  command_request(compact_request{6})})
    EXPECT_EQ(again(c).index(), c.index());
  EXPECT_EQ(again(command_response{1, 2, 3, 4, {"a", "b"}}).keys.size(), 2U);
  store_status s;
  s.revision = 5, s.waiting = 7, s.leading = true;
  EXPECT_TRUE(again(s).leading);
  EXPECT_EQ(again(s).waiting, 7U);
  EXPECT_TRUE(again(mvcc::txn_request{.success = {mvcc::put_request{.key = "k"}}}).failure.empty());
  EXPECT_EQ(again(mvcc::range_response{4, {kv("a")}, true, 2}).kvs.size(), 1U);
  auto e = again(storage::raft::envelope{{1}, {2}, storage::raft::heartbeat{{3}, {4}, 5, 6}});
  EXPECT_EQ(e.to.value, 2U);
}

TEST(messages_test, caf_carries_them_between_hosts) {
  auto x = share(mvcc::txn_request{.success = {mvcc::put_request{.key = "k", .value = mvcc::make_bytes("v")}}});
  std::vector<char> bytes;
  caf::binary_serializer out(nullptr, bytes);
  ASSERT_FALSE(out(x));
  shared<mvcc::txn_request> back;
  caf::binary_deserializer in(nullptr, bytes);
  ASSERT_FALSE(in(back));
  EXPECT_EQ(*std::get<mvcc::put_request>(back->success[0]).value, "v");
}

TEST(messages_test, damaged_bytes_give_the_empty_value) {
  std::mt19937 random(3);
  event_batch original{7, 9, {{mvcc::event_type::put, kv("a"), kv("a")}}, false, event_batch::end::open, 0};
  auto whole = to_wire(original);
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = whole;
    for (auto n = random() % 3 + 1; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    event_batch b;
    from_wire(bytes, b);
    for (auto& e : b.events) ASSERT_NE(e.kv, nullptr);
  }
  mvcc::txn_request txn;
  from_wire("garbage", txn);
  EXPECT_TRUE(txn.success.empty());
  storage::raft::envelope e;
  from_wire("garbage", e);
  EXPECT_EQ(e.to.value, 0U);
}

} // namespace
} // namespace troupe::actors::store
