#include "net/streams/tunnel.hpp"
#include "tests/net/streams/pipe.hpp"
#include <gtest/gtest.h>

namespace troupe::net::streams {
namespace {

/// Two tunnels on the two ends of a WebSocket.
class tunnel_test : public ::testing::Test {
protected:
  tunnel_test() {
    here = std::make_unique<tunnel>(websocket::session::open(wire.here, {.message_max = 1000}));
    raw = websocket::session::open(
      wire.there, {.self = websocket::role::client, .masks = [] { return websocket::mask{1, 2, 3, 4}; }});
    there = std::make_unique<tunnel>(raw);
    listen(*here, heard_here, closed_here);
    listen(*there, heard_there, closed_there);
  }
  static void listen(tunnel& t, std::string& heard, int& closed) {
    t.start([&heard](std::string_view bytes) { heard += bytes; }, [&closed] { ++closed; });
  }

  pipe wire;
  std::unique_ptr<tunnel> here, there;
  std::shared_ptr<websocket::session> raw;
  std::string heard_here, heard_there;
  int closed_here = 0, closed_there = 0;
};

TEST_F(tunnel_test, bytes_arrive_in_order_in_both_directions_however_they_were_cut) {
  there->write("ab");
  there->write("c");
  here->write("xyz");
  wire.settle();
  EXPECT_EQ(heard_here, "abc");
  EXPECT_EQ(heard_there, "xyz");
}

TEST_F(tunnel_test, its_end_is_told_once_on_both_sides) {
  there->write("last");
  there->close();
  wire.settle();
  EXPECT_EQ(heard_here, "last") << "what was written before comes first";
  EXPECT_EQ(closed_here, 1);
  EXPECT_EQ(closed_there, 1);
  EXPECT_TRUE(here->closed() && there->closed());
  EXPECT_FALSE(here->write("late").has_value());
}

TEST_F(tunnel_test, dropping_it_closes) {
  there.reset();
  wire.settle();
  EXPECT_EQ(closed_here, 1);
}

TEST_F(tunnel_test, text_is_no_part_of_the_stream) {
  raw->send(websocket::opcode::text, "hello");
  wire.settle();
  EXPECT_EQ(heard_here, "");
  EXPECT_EQ(closed_here, 1);
}

TEST_F(tunnel_test, a_paused_one_leaves_the_bytes_with_the_sender_and_drains_later) {
  int drained = 0;
  there->on_drained([&drained] { ++drained; });
  here->pause();
  there->write("abc");
  wire.settle();
  EXPECT_EQ(heard_here, "");
  EXPECT_GT(there->pending(), 0U);
  EXPECT_EQ(drained, 0);
  here->resume();
  wire.settle();
  EXPECT_EQ(heard_here, "abc");
  EXPECT_EQ(there->pending(), 0U);
  EXPECT_GE(drained, 1);
}

TEST_F(tunnel_test, a_limit_of_time_is_that_of_the_link) {
  here->expire_after(std::chrono::seconds(3));
  EXPECT_EQ(wire.here->limit, std::chrono::seconds(3));
}

} // namespace
} // namespace troupe::net::streams
