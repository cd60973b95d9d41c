#include "net/streams/websocket_streams.hpp"
#include "tests/net/streams/pipe.hpp"
#include <gtest/gtest.h>

namespace troupe::net::streams {
namespace {

using websocket::channel_protocol;

/// A client's WebSocket against the server's streams, in one thread.
class websocket_streams_test : public ::testing::Test {
protected:
  void serve(channel_protocol p, stream_options options) {
    protocol = p;
    client = websocket::session::open(
      wire.there, {.self = websocket::role::client, .masks = [] { return websocket::mask{1, 2, 3, 4}; }});
    client->start({.on_message =
                     [this](websocket::opcode kind, std::string_view payload) {
                       auto m = websocket::decode_channel(protocol, payload);
                       auto mark = kind == websocket::opcode::text ? "t:" : ":";
                       heard += std::to_string(m->channel) + mark + m->data + " ";
                     },
                   .on_close = [this](websocket::close_code c, std::string_view) { code = c; }});
    server = std::make_shared<websocket_streams>(wire.here, p, options);
    server->start({.on_data = [this](channel from, std::string_view bytes) {
                     told += std::to_string(int(from)) + ":" + std::string(bytes) + " ";
                   },
                   .on_end = [this](channel from) { told += std::to_string(int(from)) + ":end "; },
                   .on_close = [this] { told += "close"; }});
    wire.settle();
  }
  void send(std::uint8_t to, std::string_view bytes) {
    auto text = protocol == channel_protocol::v4_base64;
    client->send(text ? websocket::opcode::text : websocket::opcode::binary,
                 websocket::encode_channel(protocol, to, bytes));
    wire.settle();
  }

  // First, so that what the others say at their end still finds them.
  std::string heard, told;
  std::optional<websocket::close_code> code;
  pipe wire;
  channel_protocol protocol = channel_protocol::v5;
  std::shared_ptr<websocket::session> client;
  std::shared_ptr<websocket_streams> server;
};

TEST_F(websocket_streams_test, an_empty_message_on_the_first_channel_tells_that_the_session_is_there) {
  serve(channel_protocol::v5, {.in = true, .out = true});
  EXPECT_EQ(heard, "1: ");
  heard.clear();
  server->write(channel::out, "hello");
  wire.settle();
  EXPECT_EQ(heard, "1:hello ");
}

TEST_F(websocket_streams_test, without_output_it_is_the_status_channel) {
  serve(channel_protocol::v4, {.in = true});
  EXPECT_EQ(heard, "3: ");
}

TEST_F(websocket_streams_test, only_channels_that_were_asked_for_are_told) {
  serve(channel_protocol::v5, {.in = true, .out = true});
  send(0, "ls");
  send(4, "{}"); // Not a terminal.
  send(1, "no output of ours");
  send(0, "");
  EXPECT_EQ(told, "0:ls ");
  client->send(websocket::opcode::binary, websocket::encode_channel_close(0));
  wire.settle();
  EXPECT_EQ(told, "0:ls 0:end ");
}

TEST_F(websocket_streams_test, terminals_get_their_size_and_base64_travels_as_text) {
  serve(channel_protocol::v4_base64, {.in = true, .out = true, .tty = true});
  send(4, "{\"Width\":80}");
  EXPECT_EQ(told, "4:{\"Width\":80} ");
  server->write(channel::out, std::string("\0\xff", 2));
  wire.settle();
  EXPECT_EQ(heard, "1t: 1t:" + std::string("\0\xff", 2) + " ");
}

TEST_F(websocket_streams_test, the_status_is_the_last_message) {
  serve(channel_protocol::v5, {.out = true});
  server->write(channel::out, "a");
  server->finish("{}");
  wire.settle();
  EXPECT_EQ(heard, "1: 1:a 3:{} ");
  EXPECT_EQ(code, websocket::close_code::normal);
  EXPECT_EQ(told, "close");
  EXPECT_TRUE(server->closed());
}

TEST_F(websocket_streams_test, a_malformed_message_ends_the_session) {
  serve(channel_protocol::v5, {.in = true, .out = true});
  client->send(websocket::opcode::binary, "");
  wire.settle();
  EXPECT_EQ(code, websocket::close_code::unsupported);
  EXPECT_EQ(told, "close");
}

TEST_F(websocket_streams_test, a_client_that_goes_is_told_once) {
  serve(channel_protocol::v5, {.in = true, .out = true});
  client->abort();
  wire.settle();
  server->finish("{}");
  wire.settle();
  EXPECT_EQ(told, "close");
}

} // namespace
} // namespace troupe::net::streams
