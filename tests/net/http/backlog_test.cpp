#include "net/http/backlog.hpp"
#include <gtest/gtest.h>

namespace troupe::net::http {
namespace {

TEST(backlog, counts_what_waits_and_refuses_past_the_limit) {
  backlog b;
  EXPECT_EQ(b.add(60, 100), 60U);
  EXPECT_EQ(b.add(40, 100), 100U);
  EXPECT_EQ(b.add(1, 100), std::nullopt);
  EXPECT_EQ(b.pending(), 101U);
}

TEST(backlog, tells_once_when_the_last_byte_has_gone) {
  backlog b;
  int drained = 0;
  b.on_drained([&] { ++drained; });
  b.add(100, 1000);
  b.sent(30);
  EXPECT_EQ(drained, 0);
  b.sent(70);
  EXPECT_EQ(drained, 1);
  b.sent(10);
  EXPECT_EQ(drained, 1) << "bytes that nobody counted, as those of a head, end nothing";
  EXPECT_EQ(b.pending(), 0U);
}

TEST(backlog, the_callback_may_replace_itself) {
  backlog b;
  int first = 0, second = 0;
  b.on_drained([&] {
    ++first;
    b.on_drained([&] { ++second; });
  });
  for (int i = 0; i < 2; ++i) {
    b.add(1, 10);
    b.sent(1);
  }
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
}

} // namespace
} // namespace troupe::net::http
