#include "net/spdy/session.hpp"
#include "net/websocket/channels.hpp"
#include "net/websocket/handshake.hpp"
#include "net/websocket/session.hpp"
#include "tests/net/streams/pod.hpp"
#include <fmt/format.h>

namespace troupe::net::streams {
namespace {

constexpr std::string_view nonce = "0123456789abcdef";

std::string target(std::string_view command, std::string_view more) {
  return fmt::format("/api/v1/namespaces/default/pods/p/exec?command={}&container=c{}", command, more);
}

/// One session as a client of either protocol sees it: what came on each channel.
struct client {
  std::mutex mutex;
  std::map<unsigned, std::string> heard;
  http::flag ended;
  std::function<void(channel, std::string_view)> send;
  std::function<void()> close_stdin, leave;

  std::string of(channel which) {
    const std::lock_guard lock(mutex);
    return heard[static_cast<unsigned>(which)];
  }
  void note(unsigned which, std::string_view bytes) {
    const std::lock_guard lock(mutex);
    heard[which] += bytes;
  }
};

void over_websocket(pod& p, client& c, std::string_view protocol, const std::string& where) {
  auto got = p.net.client()->call_upgrade({.target = where, .fields = websocket::request_fields(nonce, {protocol})});
  ASSERT_TRUE(got.has_value() && got->stream) << got->response.status << got->response.body;
  EXPECT_EQ(got->response.fields.find("sec-websocket-protocol"), protocol);
  const auto socket = websocket::session::open(std::move(got->stream),
      {.self = websocket::role::client, .masks = [] { return websocket::mask{1, 2, 3, 4}; }});
  const auto kind = *websocket::parse_channel_protocol(protocol);
  c.send = [socket, kind](channel to, std::string_view bytes) {
    const auto text = kind == websocket::channel_protocol::v4_base64;
    socket->send(text ? websocket::opcode::text : websocket::opcode::binary,
                 websocket::encode_channel(kind, static_cast<std::uint8_t>(to), bytes));
  };
  c.close_stdin = [socket] { socket->send(websocket::opcode::binary, websocket::encode_channel_close(0)); };
  c.leave = [socket] { socket->abort(); };
  socket->start({.on_message = [&c, kind](websocket::opcode, std::string_view payload) {
                   const auto message = websocket::decode_channel(kind, payload);
                   c.note(message->channel, message->data);
                 },
                 .on_close = [&c](websocket::close_code, std::string_view) { c.ended.set(); }});
}

http::headers spdy_fields() {
  return {{"Connection", "Upgrade"}, {"Upgrade", "SPDY/3.1"}, {"X-Stream-Protocol-Version", "v5.channel.k8s.io"},
          {"X-Stream-Protocol-Version", "v4.channel.k8s.io"}};
}

void over_spdy(pod& p, client& c, const std::string& where,
               const std::vector<std::pair<std::string, channel>>& wanted) {
  auto got = p.net.client()->call_upgrade({.method = "POST", .target = where, .fields = spdy_fields()});
  ASSERT_TRUE(got.has_value() && got->stream) << got->response.status << got->response.body;
  EXPECT_EQ(got->response.fields.find("x-stream-protocol-version"), "v4.channel.k8s.io");
  const auto session = spdy::session::open(std::move(got->stream), spdy::role::client);
  const auto ids = std::make_shared<std::map<spdy::stream_id, channel>>();
  session->start({.on_stream = {},
                  .on_reply = {},
                  .on_data = [&c, ids](spdy::stream_id id,
                                       std::string_view bytes) { c.note(static_cast<unsigned>(ids->at(id)), bytes); },
                  .on_end = {},
                  .on_reset = {},
                  .on_close = [&c] { c.ended.set(); }});
  spdy::stream_id in = 0, resize = 0;
  // Numbers are known beforehand: the map is complete when the first answer comes.
  for (std::size_t i = 0; i < wanted.size(); ++i) (*ids)[static_cast<spdy::stream_id>(2 * i + 1)] = wanted[i].second;
  for (const auto& [name, which] : wanted) {
    const auto id = session->open_stream({{"streamtype", name}});
    if (which == channel::in) in = id;
    if (which == channel::resize) resize = id;
  }
  c.send = [session, in, resize](channel to, std::string_view bytes) {
    session->write(to == channel::in ? in : resize, bytes);
  };
  c.close_stdin = [session, in] { session->end(in); };
  c.leave = [session] { session->abort(); };
}

const std::vector<std::pair<std::string, channel>> all_three{
    {"error", channel::status}, {"stdin", channel::in}, {"stdout", channel::out}, {"stderr", channel::err}};

TEST(remote_streams, stdin_reaches_the_process_and_its_end_ends_it) {
  for (const bool spdy : {false, true}) {
    client c;
    pod p;
    const auto where = target("cat", "&stdin=true&stdout=true&stderr=true");
    if (spdy) over_spdy(p, c, where, all_three);
    else over_websocket(p, c, "v5.channel.k8s.io", where);
    c.send(channel::in, "hello");
    EXPECT_TRUE(http::eventually([&] { return c.of(channel::out) == "hello"; })) << spdy;
    c.close_stdin();
    EXPECT_TRUE(c.ended.wait());
    EXPECT_EQ(c.of(channel::status), success);
    EXPECT_TRUE(p.closed.wait());
  }
}

TEST(remote_streams, older_and_text_protocols_work) {
  for (const auto* protocol : {"v4.channel.k8s.io", "v4.base64.channel.k8s.io"}) {
    client c;
    pod p;
    over_websocket(p, c, protocol, target("cat", "&stdin=true&stdout=true"));
    c.send(channel::in, "hello");
    EXPECT_TRUE(http::eventually([&] { return c.of(channel::out) == "hello"; })) << protocol;
    c.leave();
    EXPECT_TRUE(p.closed.wait());
  }
}

TEST(remote_streams, the_exit_code_arrives_behind_the_output) {
  for (const bool spdy : {false, true}) {
    client c;
    pod p;
    const auto where = target("fail", "&stdout=true&stderr=true");
    if (spdy) over_spdy(p, c, where, {{"error", channel::status}, {"stdout", channel::out}, {"stderr", channel::err}});
    else over_websocket(p, c, "v5.channel.k8s.io", where);
    EXPECT_TRUE(c.ended.wait());
    EXPECT_EQ(c.of(channel::err), "no such thing\n");
    EXPECT_EQ(c.of(channel::status), exit_3);
  }
}

TEST(remote_streams, terminals_have_a_size) {
  for (const bool spdy : {false, true}) {
    client c;
    pod p;
    const auto where = target("size", "&stdin=true&stdout=true&tty=true");
    if (spdy)
      over_spdy(
          p, c, where,
          {{"error", channel::status}, {"stdin", channel::in}, {"stdout", channel::out}, {"resize", channel::resize}});
    else over_websocket(p, c, "v5.channel.k8s.io", where);
    c.send(channel::resize, R"({"Width":80,"Height":24})");
    EXPECT_TRUE(c.ended.wait());
    EXPECT_EQ(c.of(channel::out), R"({"Width":80,"Height":24})");
  }
}

TEST(remote_streams, much_output_flows_at_the_clients_pace) {
  for (const bool spdy : {false, true}) {
    client c;
    pod p;
    const auto where = target("flood", "&stdout=true");
    if (spdy) over_spdy(p, c, where, {{"error", channel::status}, {"stdout", channel::out}});
    else over_websocket(p, c, "v5.channel.k8s.io", where);
    EXPECT_TRUE(c.ended.wait(std::chrono::seconds(30)));
    EXPECT_EQ(c.of(channel::out).size(), 8U << 20);
    EXPECT_EQ(c.of(channel::status), success);
  }
}

TEST(remote_streams, clients_that_do_not_open_their_streams_are_dropped) {
  client c;
  pod p;
  over_spdy(p, c, target("cat", "&stdin=true&stdout=true"), {{"error", channel::status}});
  EXPECT_TRUE(c.ended.wait());
  EXPECT_TRUE(http::eventually([&] {
    const std::lock_guard lock(p.mutex);
    return p.failure == "the client did not open its streams";
  }));
}

TEST(remote_streams, what_cannot_be_upgraded_is_answered) {
  pod p;
  const auto client = p.net.client();
  const auto where = target("cat", "&stdout=true");
  const auto plain = client->call({.method = "POST", .target = where});
  EXPECT_EQ(plain->status, 400);
  EXPECT_EQ(plain->body, "unable to upgrade: missing upgrade headers in request: Upgrade");
  auto old = spdy_fields();
  old.set("X-Stream-Protocol-Version", "v2.channel.k8s.io");
  const auto refused = client->call_upgrade({.method = "POST", .target = where, .fields = old});
  EXPECT_EQ(refused->response.status, 403);
  const auto unknown =
      client->call_upgrade({.target = where, .fields = websocket::request_fields(nonce, {"v9.channel.k8s.io"})});
  EXPECT_EQ(unknown->response.status, 400);
  const auto nothing = client->call_upgrade(
      {.target = target("cat", ""), .fields = websocket::request_fields(nonce, {"v5.channel.k8s.io"})});
  EXPECT_EQ(nothing->response.body, "you must specify at least 1 of stdin, stdout, stderr");
}

} // namespace
} // namespace troupe::net::streams
