#include "tests/net/http/h2_peer.hpp"
#include <fmt/format.h>
#include <thread>

namespace troupe::net::http {
namespace {

void echo(const request& what, const responder& answer) {
  EXPECT_EQ(what.version, version::http_2);
  EXPECT_EQ(what.fields.find("host"), "localhost");
  answer.respond(200, {{"Connection", "close"}, {"X-Any", "y"}},
                 fmt::format("{} {} {} {}", what.method, what.path, what.query, what.body));
}

TEST(h2_session, requests_share_a_connection) {
  loopback world(echo, true);
  h2_peer peer(world.server->port());
  std::vector<int> streams;
  const std::string body = "body";
  for (int i = 0; i < 100; ++i) streams.push_back(peer.ask("POST", fmt::format("/{}?q", i), &body));
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(peer.done(streams[static_cast<std::size_t>(i)]));
    EXPECT_EQ(peer.answers[streams[static_cast<std::size_t>(i)]].body, fmt::format("POST /{} q body", i));
  }
  EXPECT_EQ(world.server->metrics().accepted, 1U);
}

TEST(h2_session, head_has_no_body) {
  loopback world(echo, true);
  h2_peer peer(world.server->port());
  const auto id = peer.ask("HEAD", "/");
  ASSERT_TRUE(peer.done(id));
  EXPECT_EQ(peer.answers[id].status, 200);
  EXPECT_EQ(peer.answers[id].body, "");
}

TEST(h2_session, a_stream_above_a_limit_is_refused_and_the_others_go_on) {
  http::limits limits;
  limits.body_bytes_max = 1000;
  limits.header_bytes_max = 20'000;
  loopback world(echo, true, limits);
  h2_peer peer(world.server->port());
  const std::string large(500'000, 'x');
  const auto too_large = peer.ask("POST", "/", &large);
  const auto headers =
      peer.ask("GET", "/", nullptr, {{"x-a", std::string(15'000, 'a')}, {"x-b", std::string(15'000, 'b')}});
  const auto connect = peer.ask("CONNECT", "/");
  const auto good = peer.ask("GET", "/good");
  ASSERT_TRUE(peer.done(too_large) && peer.done(headers) && peer.done(good) && peer.done(connect));
  EXPECT_EQ(peer.answers[too_large].status, 413);
  EXPECT_EQ(peer.answers[too_large].body, "Request entity too large: limit is 1000\n");
  EXPECT_EQ(peer.answers[too_large].error, NGHTTP2_NO_ERROR);
  EXPECT_EQ(peer.answers[headers].status, 431);
  EXPECT_EQ(peer.answers[good].body, "GET /good  ");
  EXPECT_EQ(world.server->metrics().buffered_bytes, 0U);
}

TEST(h2_session, a_body_that_does_not_come_is_timed_out) {
  http::limits limits;
  limits.body_timeout = std::chrono::milliseconds(100);
  loopback world(echo, true, limits);
  h2_peer peer(world.server->port());
  const auto open = peer.ask_open("/");
  ASSERT_TRUE(peer.done(open));
  EXPECT_EQ(peer.answers[open].error, NGHTTP2_CANCEL);
  EXPECT_EQ(world.server->metrics().timeouts, 1U);
}

TEST(h2_session, rapid_resets_end_the_connection) {
  loopback world([](const request&, const responder& answer) { answer.respond(200, {}, "x"); }, true);
  h2_peer peer(world.server->port());
  ASSERT_TRUE(peer.done(peer.ask("GET", "/")));
  for (int i = 0; i < 1100 && !peer.lost; ++i) {
    const auto id = peer.ask_open("/");
    peer.flush();
    peer.reset(id);
    peer.flush();
  }
  peer.until([&] { return peer.goaway.has_value(); });
  EXPECT_EQ(peer.goaway, NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST(h2_session, drain_says_goaway_and_lets_streams_finish) {
  flag arrived;
  responder kept;
  loopback world([&](const request&, const responder& answer) {
    kept = answer;
    arrived.set();
  }, true);
  h2_peer peer(world.server->port());
  const auto id = peer.ask("GET", "/");
  peer.until([&] { return arrived.wait(std::chrono::milliseconds(1)); });
  std::thread closer([&] { EXPECT_TRUE(world.server->drain(std::chrono::seconds(5))); });
  EXPECT_TRUE(peer.until([&] { return peer.goaway == NGHTTP2_NO_ERROR; }));
  kept.respond(200, {}, "late");
  EXPECT_TRUE(peer.done(id));
  EXPECT_EQ(peer.answers[id].body, "late");
  peer.until([&] { return peer.lost; });
  closer.join();
}

TEST(h2_session, garbage_ends_only_its_connection) {
  loopback world(echo, true);
  {
    h2_peer peer(world.server->port());
    ASSERT_TRUE(peer.done(peer.ask("GET", "/")));
  }
  h2_peer next(world.server->port());
  EXPECT_TRUE(next.done(next.ask("GET", "/")));
  EXPECT_TRUE(eventually([&] { return world.server->metrics().connections == 1; }));
}

} // namespace
} // namespace troupe::net::http
