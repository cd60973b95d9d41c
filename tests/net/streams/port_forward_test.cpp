#include "net/spdy/session.hpp"
#include "net/streams/tunnel.hpp"
#include "net/websocket/handshake.hpp"
#include "tests/net/streams/pod.hpp"
#include <fmt/format.h>

namespace troupe::net::streams {
namespace {

constexpr std::string_view nonce = "0123456789abcdef";
constexpr std::string_view where = "/api/v1/namespaces/default/pods/p/portforward";

struct heard {
  std::mutex mutex;
  std::map<spdy::stream_id, std::string> data;
  std::set<spdy::stream_id> ended, reset;
  http::flag closed;

  std::string of(spdy::stream_id id) {
    const std::lock_guard lock(mutex);
    return data[id];
  }
  bool has(std::set<spdy::stream_id> heard::*which, spdy::stream_id id) {
    return http::eventually([&] {
      const std::lock_guard lock(mutex);
      return (this->*which).contains(id);
    });
  }
};

/// A client's session, raw or inside a WebSocket.
std::shared_ptr<spdy::session> connect(pod& p, heard& h, bool tunnelled) {
  const http::headers raw{
      {"Connection", "Upgrade"}, {"Upgrade", "SPDY/3.1"}, {"X-Stream-Protocol-Version", "portforward.k8s.io"}};
  auto got = p.net.client()->call_upgrade(
      tunnelled ? http::client_request{.target = std::string(where),
                                       .fields = websocket::request_fields(nonce, {"SPDY/3.1+portforward.k8s.io"})}
                : http::client_request{.method = "POST", .target = std::string(where), .fields = raw});
  EXPECT_TRUE(got.has_value() && got->stream);
  http::byte_stream_ptr link = std::move(got->stream);
  if (tunnelled)
    link = std::make_shared<tunnel>(websocket::session::open(
        std::move(link), {.self = websocket::role::client, .masks = [] { return websocket::mask{1, 2, 3, 4}; }}));
  const auto session = spdy::session::open(std::move(link), spdy::role::client);
  session->start({.on_stream = {}, .on_reply = {},
                  .on_data = [&h](spdy::stream_id id, std::string_view bytes) {
                    const std::lock_guard lock(h.mutex);
                    h.data[id] += bytes;
                  },
                  .on_end = [&h](spdy::stream_id id) {
                    const std::lock_guard lock(h.mutex);
                    h.ended.insert(id);
                  },
                  .on_reset = [&h](spdy::stream_id id) {
                    const std::lock_guard lock(h.mutex);
                    h.reset.insert(id);
                  },
                  .on_close = [&h] { h.closed.set(); }});
  return session;
}

/// The two streams of a connection, in kubectl's order.
std::pair<spdy::stream_id, spdy::stream_id> dial(spdy::session& session, int port, int request) {
  const auto error = session.open_stream(
      {{"streamtype", "error"}, {"port", std::to_string(port)}, {"requestid", std::to_string(request)}});
  session.end(error);
  const auto data = session.open_stream(
      {{"streamtype", "data"}, {"port", std::to_string(port)}, {"requestid", std::to_string(request)}});
  return {error, data};
}

TEST(port_forward, connections_are_independent_raw_or_tunnelled) {
  for (const bool tunnelled : {false, true}) {
    heard h;
    pod p;
    const auto session = connect(p, h, tunnelled);
    const auto [e1, d1] = dial(*session, 8080, 0);
    const auto [e2, d2] = dial(*session, 8081, 1);
    const std::string large(300'000, 'x');
    session->write(d1, "one");
    session->write(d2, large);
    EXPECT_TRUE(http::eventually([&, first = d1, second = d2] {
      return h.of(first) == "one" && h.of(second) == large;
    })) << tunnelled;
    session->end(d1);
    EXPECT_TRUE(h.has(&heard::ended, d1) && h.has(&heard::ended, e1));
    EXPECT_EQ(h.of(e1), "");
    session->close();
    EXPECT_TRUE(h.closed.wait());
    EXPECT_TRUE(p.forward_closed.wait());
  }
}

TEST(port_forward, failure_is_told_on_the_error_stream) {
  heard h;
  pod p;
  const auto session = connect(p, h, false);
  const auto [error, data] = dial(*session, 1, 0);
  EXPECT_TRUE(h.has(&heard::ended, error) && h.has(&heard::ended, data));
  EXPECT_EQ(h.of(error), "connection refused");
}

TEST(port_forward, streams_that_make_no_sense_are_refused) {
  heard h;
  pod p;
  const auto session = connect(p, h, false);
  using list = spdy::header_list;
  for (const auto& fields :
       {list{{"streamtype", "data"}}, list{{"streamtype", "x"}, {"port", "80"}},
        list{{"streamtype", "data"}, {"port", "0"}}, list{{"streamtype", "data"}, {"port", "99999"}}, list{}})
    EXPECT_TRUE(h.has(&heard::reset, session->open_stream(fields)));
  const list twice{{"streamtype", "data"}, {"port", "80"}, {"requestid", "7"}};
  session->open_stream(twice);
  EXPECT_TRUE(h.has(&heard::reset, session->open_stream(twice)));
}

} // namespace
} // namespace troupe::net::streams
