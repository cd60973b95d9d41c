#include "net/http/listener.hpp"
#include "tests/net/http/loopback.hpp"

namespace troupe::net::http {
namespace {

using namespace std::chrono_literals;

/// Says what it is told until the peer ends its direction.
class parrot final : public driver {
public:
  explicit parrot(connection& link) : link_(link) {}
  void opened() override { link_.send("hello"); }
  void received(std::string_view bytes) override { link_.send(bytes); }
  void peer_ended() override { link_.end_after_flush(); }
  void deadline_passed() override {}
  void retire() override { link_.end_after_flush(); }
  void closed(ending) override {}

private:
  connection& link_;
};

std::unique_ptr<listener> start(listener_config c = {}) {
  auto made = listener::start(std::move(c), [](connection& link) { return std::make_unique<parrot>(link); });
  EXPECT_TRUE(made.has_value());
  return std::move(*made);
}

TEST(listener_test, any_protocol_can_be_spoken_on_all_its_loops) {
  listener_config c;
  c.threads = 3;
  auto door = start(c);
  for (int i = 0; i < 6; ++i) {
    raw_peer p(door->port());
    EXPECT_TRUE(p.send(" there"));
    p.finish_sending();
    EXPECT_EQ(p.read(), "hello there");
  }
  EXPECT_EQ(door->counts().accepted, 6u);
  EXPECT_TRUE(eventually([&] { return door->counts().connections == 0; }));
  EXPECT_EQ(door->wire().in, 36u);
}

TEST(listener_test, more_connections_than_allowed_are_closed) {
  listener_config c;
  c.connections_max = 1;
  auto door = start(c);
  raw_peer first(door->port());
  EXPECT_EQ(first.read("hello"), "hello");
  raw_peer second(door->port());
  EXPECT_EQ(second.read(), "");
  EXPECT_TRUE(second.ended());
  EXPECT_EQ(door->counts().refused, 1u);
}

TEST(listener_test, draining_retires_what_is_there_and_takes_nothing_new) {
  auto door = start();
  raw_peer p(door->port());
  EXPECT_EQ(p.read("hello"), "hello");
  std::thread client([&] { p.read(); });
  EXPECT_TRUE(door->drain(10s));
  client.join();
  EXPECT_TRUE(p.ended());
}

TEST(listener_test, what_cannot_be_listened_on_is_said) {
  auto door = start();
  listener_config c;
  c.port = door->port();
  auto taken = listener::start(c, [](connection& link) { return std::make_unique<parrot>(link); });
  ASSERT_FALSE(taken.has_value());
  EXPECT_NE(taken.error().find("Address already in use"), std::string::npos) << taken.error();
  c.address = "somewhere";
  auto wrong = listener::start(c, [](connection& link) { return std::make_unique<parrot>(link); });
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error(), "\"somewhere\" is not an IP address");
}

} // namespace
} // namespace troupe::net::http
