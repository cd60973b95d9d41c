#include "actors/etcd/fragments.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::etcd {
namespace {

net::etcd::pb::WatchResponse response(std::vector<std::size_t> value_bytes) {
  net::etcd::pb::WatchResponse out;
  out.set_watch_id(3);
  for (auto n : value_bytes) out.add_events()->mutable_kv()->set_value(std::string(n, 'v'));
  return out;
}

TEST(fragments_test, a_small_response_stays_whole) {
  auto out = fragments(response({10, 10}), 1000);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_FALSE(out[0].fragment());
  EXPECT_EQ(out[0].events_size(), 2);
}

TEST(fragments_test, pieces_stay_below_the_limit_and_keep_the_order_and_only_the_last_is_no_fragment) {
  auto out = fragments(response({300, 301, 302, 303, 304}), 1000);
  ASSERT_EQ(out.size(), 2u);
  std::size_t next = 300;
  for (auto& piece : out) {
    EXPECT_LT(piece.ByteSizeLong(), 1000u);
    EXPECT_EQ(piece.watch_id(), 3);
    EXPECT_EQ(piece.fragment(), &piece != &out.back());
    for (auto& e : piece.events()) EXPECT_EQ(e.kv().value().size(), next++);
  }
  EXPECT_EQ(next, 305u);
}

TEST(fragments_test, an_event_above_the_limit_travels_alone) {
  auto out = fragments(response({10, 5000, 10}), 1000);
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].events_size(), 1);
  EXPECT_FALSE(out[2].fragment());
}

} // namespace
} // namespace troupe::actors::etcd
