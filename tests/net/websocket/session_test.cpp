#include "net/websocket/handshake.hpp"
#include "net/websocket/session.hpp"
#include "tests/net/http/loopback.hpp"

namespace troupe::net::websocket {
namespace {

constexpr std::string_view nonce = "0123456789abcdef";

/// A server whose sessions repeat what they hear, and what a client hears from it.
struct world {
  std::shared_ptr<session> serving;
  http::flag connected;
  std::atomic<unsigned> server_code{0};
  http::loopback net{[this](const http::request& what, const http::responder& answer) {
    auto agreed = accept(what, {});
    if (!agreed) return void(answer.respond(agreed.error().status, {}, agreed.error().message));
    serving = session::open(answer.upgrade(agreed->answer), {.message_max = 100'000});
    serving->start(
        {.on_message = [this](opcode kind, std::string_view text) { serving->send(kind, text); },
         .on_close = [this](close_code code, std::string_view) { server_code = static_cast<unsigned>(code); }});
    connected.set();
  }};

  std::shared_ptr<session> connect() {
    auto got = net.client()->call_upgrade({.fields = request_fields(nonce, {})});
    EXPECT_TRUE(got.has_value() && got->stream && accepted(nonce, got->response.fields));
    return session::open(std::move(got->stream), {.self = role::client, .masks = [] { return mask{9, 8, 7, 6}; }});
  }
};

TEST(session, messages_go_both_ways) {
  std::mutex mutex;
  std::string heard;
  http::flag closed;
  world w;
  const auto client = w.connect();
  client->start({.on_message = [&](opcode, std::string_view text) {
                   const std::lock_guard lock(mutex);
                   heard += text;
                 },
                 .on_close = [&](close_code code, std::string_view) {
                   EXPECT_EQ(code, close_code::normal);
                   closed.set();
                 }});
  const std::string large(70'000, 'x');
  EXPECT_TRUE(client->send(opcode::text, "hello ").has_value());
  EXPECT_TRUE(client->send(opcode::binary, large).has_value());
  EXPECT_TRUE(http::eventually([&] {
    const std::lock_guard lock(mutex);
    return heard == "hello " + large;
  }));
  client->close();
  EXPECT_FALSE(client->send(opcode::text, "late").has_value());
  EXPECT_TRUE(closed.wait());
  EXPECT_TRUE(http::eventually([&] { return w.server_code == 1000; }));
}

TEST(session, a_message_above_the_limit_closes_with_1009) {
  http::flag closed;
  world w;
  const auto client = w.connect();
  client->start({.on_message = {}, .on_close = [&](close_code code, std::string_view) {
                   EXPECT_EQ(code, close_code::too_big);
                   closed.set();
                 }});
  client->send(opcode::binary, std::string(200'000, 'x'));
  EXPECT_TRUE(closed.wait());
}

TEST(session, a_lost_connection_is_an_abnormal_end) {
  world w;
  {
    const auto client = w.connect();
    ASSERT_TRUE(w.connected.wait());
    client->abort();
  }
  EXPECT_TRUE(http::eventually([&] { return w.server_code == 1006; }));
}

TEST(session, a_foreign_client_is_pinged_and_answered) {
  world w;
  http::raw_peer peer(w.net.server->port());
  peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
            "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  // Sent together with the handshake: nothing may be lost at the change of protocols.
  peer.send(encode(opcode::ping, "are you there", mask{1, 2, 3, 4}));
  const auto said = peer.read("are you there");
  EXPECT_NE(said.find("101 Switching Protocols"), std::string::npos) << said;
  EXPECT_TRUE(said.ends_with(encode(opcode::pong, "are you there"))) << said;
}

} // namespace
} // namespace troupe::net::websocket
