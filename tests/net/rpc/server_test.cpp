#include "tests/net/rpc/peer.hpp"

namespace troupe::net::rpc {
namespace {

using namespace std::chrono_literals;

class server_test : public rpc_test {};

TEST_F(server_test, a_stopping_server_lets_calls_end_that_end_in_time) {
  rpc_peer p(running->port());
  auto s = p.ask("/s/Both", framed("one"), false);
  ASSERT_TRUE(p.until([&] { return p.answers[s].body == framed("one"); }));
  std::thread stopping([&] { running->stop(10s); });
  EXPECT_TRUE(p.until([&] { return p.goaway.has_value(); }));
  EXPECT_EQ(p.goaway, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
  p.say(s, {}, true);
  EXPECT_EQ(p.status_of(s), "0");
  stopping.join();
}

TEST_F(server_test, what_does_not_end_is_cut_off) {
  rpc_peer p(running->port());
  auto s = p.ask("/s/Both", framed("one"), false);
  ASSERT_TRUE(p.until([&] { return p.answers[s].body == framed("one"); }));
  running->stop(0ms);
  EXPECT_TRUE(service.closed(1));
  p.until([&] { return p.lost; });
  EXPECT_TRUE(p.lost);
  service.last->send(framed("late"));
}

TEST_F(server_test, a_taken_port_is_refused_with_a_sentence) {
  server_config c;
  c.where.port = running->port();
  auto second = server::start(c, service);
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().find("Address already in use"), std::string::npos);
}

} // namespace
} // namespace troupe::net::rpc
