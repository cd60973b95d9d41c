#include "storage/mvcc/wire.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::mvcc {
namespace {

template <class T> std::string packed(const T& x) {
  std::string out;
  writer w(out);
  put(w, x);
  return out;
}
template <class T> T again(const T& x) {
  T back;
  auto bytes = packed(x);
  reader in(bytes);
  take(in, back);
  EXPECT_TRUE(in.done());
  EXPECT_EQ(packed(back), bytes);
  return back;
}

key_value_ptr kv(std::string key, bytes value) {
  return std::make_shared<const key_value>(key_value{std::move(key), 3, 5, 2, 7, std::move(value)});
}

TEST(wire_test, answers_survive) {
  txn_response txn{9, true, {range_response{9, {kv("a", make_bytes("1")), kv("b", nullptr)}, true, 5},
                             put_response{kv("c", make_bytes("2")), nullptr},
                             delete_range_response{2, {kv("d", make_bytes(""))}},
                             std::make_shared<const txn_response>(txn_response{9, false, {}})}};
  auto back = again(txn);
  auto& range = std::get<range_response>(back.responses[0]);
  EXPECT_EQ(range.count, 5);
  EXPECT_EQ(range.kvs[1]->value, nullptr);
  EXPECT_EQ(*range.kvs[0]->value, "1");
  EXPECT_EQ(range.kvs[0]->lease, 7);
  EXPECT_EQ(std::get<delete_range_response>(back.responses[2]).prev_kvs.size(), 1U);
}

TEST(wire_test, events_survive_and_always_have_a_key) {
  auto back = again(event{event_type::removal, kv("a", nullptr), kv("a", make_bytes("1"))});
  EXPECT_EQ(back.type, event_type::removal);
  EXPECT_EQ(*back.prev_kv->value, "1");
  auto bytes = packed(event{event_type::put, nullptr, nullptr});
  reader in(bytes);
  event e;
  take(in, e);
  EXPECT_FALSE(in.ok());
}

TEST(wire_test, range_requests_survive) {
  auto back = again(range_request{{"a", "b"}, 4, 10, true, false, true, false});
  EXPECT_TRUE(back.count_only && back.skip_count);
  EXPECT_FALSE(back.keys_only || back.linearizable);
}

} // namespace
} // namespace troupe::storage::mvcc
