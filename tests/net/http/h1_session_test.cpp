#include "tests/net/http/loopback.hpp"
#include <fmt/format.h>

namespace troupe::net::http {
namespace {

void echo(const request& what, const responder& answer) {
  answer.respond(200, {}, fmt::format("{} {} {}", what.method, what.path, what.body));
}

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(h1_session, pipelined_requests_are_answered_in_order) {
  loopback world(echo);
  std::string both = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxyGET "
                     "/3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const auto said = raw_peer::ask(world.server->port(), both);
  const auto one = said.find("GET /1 "), two = said.find("POST /2 xy"), three = said.find("GET /3 ");
  EXPECT_TRUE(one < two && two < three && three != std::string::npos) << said;
}

TEST(h1_session, a_request_that_comes_byte_by_byte_is_the_same_request) {
  loopback world(echo);
  raw_peer peer(world.server->port());
  for (const char c : std::string_view(
           "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"))
    peer.send({&c, 1});
  EXPECT_NE(peer.read("POST /x abc").find("POST /x abc"), std::string::npos);
}

TEST(h1_session, head_has_the_length_but_not_the_body) {
  loopback world(echo);
  const auto said = raw_peer::ask(world.server->port(), "HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(said.find("Content-Length: 8\r\n"), std::string::npos) << said;
  EXPECT_TRUE(said.ends_with("\r\n\r\n")) << said;
}

TEST(h1_session, a_waiting_client_is_told_to_continue) {
  loopback world(echo);
  raw_peer peer(world.server->port());
  peer.send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(peer.read("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("abc");
  EXPECT_NE(peer.read("PUT /x abc").find("200 OK"), std::string::npos);
}

TEST(h1_session, http_1_0_gets_its_answer_and_the_end) {
  loopback world(echo);
  const auto said = raw_peer::ask(world.server->port(), "GET /x HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(said.ends_with("GET /x ")) << said;
}

TEST(h1_session, a_client_that_closed_its_sending_side_still_gets_its_answer) {
  loopback world(echo);
  raw_peer peer(world.server->port());
  peer.send(get);
  peer.finish_sending();
  EXPECT_NE(peer.read().find("200 OK"), std::string::npos);
}

TEST(h1_session, bodies_above_the_limit_are_refused_before_they_are_read) {
  http::limits limits;
  limits.body_bytes_max = 1000;
  loopback world(echo, false, limits);
  for (const auto* head : {"Content-Length: 1001\r\n", "Transfer-Encoding: chunked\r\n"}) {
    raw_peer peer(world.server->port());
    peer.send(fmt::format("POST / HTTP/1.1\r\nHost: a\r\n{}\r\n", head));
    peer.send(fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", 5000, std::string(5000, 'x')));
    const auto said = peer.read();
    EXPECT_TRUE(said.starts_with("HTTP/1.1 413 Request Entity Too Large\r\n")) << said;
    EXPECT_NE(said.find("Request entity too large: limit is 1000"), std::string::npos) << said;
    EXPECT_TRUE(peer.ended());
  }
  EXPECT_EQ(world.server->metrics().buffered_bytes, 0U);
}

TEST(h1_session, bad_requests_are_answered_and_closed) {
  loopback world(echo);
  const std::pair<const char*, const char*> cases[] = {
      {"nonsense\r\n\r\n", "400 Bad Request"},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400 Bad Request"},
      {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported"},
      {"CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n", "405 Method Not Allowed"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 Bad Request"},
  };
  for (const auto& [bytes, status] : cases) {
    const auto said = raw_peer::ask(world.server->port(), bytes);
    EXPECT_TRUE(said.starts_with(fmt::format("HTTP/1.1 {}\r\n", status))) << bytes << said;
    EXPECT_NE(said.find("Connection: close"), std::string::npos) << said;
  }
  EXPECT_EQ(world.server->metrics().bad_requests, std::size(cases));
  EXPECT_EQ(world.server->metrics().requests, 0U);
}

TEST(h1_session, giant_heads_are_cut_off) {
  http::limits limits;
  limits.header_bytes_max = 8192;
  loopback world(echo, false, limits);
  const auto said = raw_peer::ask(world.server->port(), "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  EXPECT_TRUE(said.starts_with("HTTP/1.1 431 ")) << said;
}

TEST(h1_session, slow_loris_is_timed_out_whatever_it_dribbles) {
  http::limits limits;
  limits.header_timeout = limits.body_timeout = std::chrono::milliseconds(200);
  loopback world(echo, false, limits);
  raw_peer silent(world.server->port()), head(world.server->port()), body(world.server->port());
  head.send("GET / HTTP/1.1\r\nHost: a\r\n");
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
  const auto start = clock::now();
  bool open = true;
  // A byte now and then must not buy more time.
  while (open && clock::now() - start < std::chrono::seconds(5)) {
    open = head.send("x") && body.send("x");
    if (!head.read({}, std::chrono::milliseconds(20)).empty()) open = false;
  }
  EXPECT_FALSE(open);
  EXPECT_TRUE(body.read().starts_with("HTTP/1.1 408 "));
  silent.read();
  EXPECT_TRUE(silent.ended());
  EXPECT_EQ(world.server->metrics().timeouts, 2U);
}

TEST(h1_session, idle_connections_are_closed) {
  http::limits limits;
  limits.idle_timeout = std::chrono::milliseconds(100);
  loopback world(echo, false, limits);
  raw_peer peer(world.server->port());
  peer.send(get);
  EXPECT_NE(peer.read().find("200 OK"), std::string::npos);
  EXPECT_TRUE(peer.ended());
}

TEST(h1_session, a_client_that_pipelines_without_reading_waits_in_its_socket) {
  loopback world([](const request&, const responder& answer) {
    static const auto large = std::make_shared<const std::string>(std::string(1 << 20, 'x'));
    answer.respond(200, {}, large);
  });
  raw_peer peer(world.server->port(), 4096);
  for (int i = 0; i < 200; ++i) peer.send(get);
  // One answer is in progress; the others have not been started, whatever the socket buffers hold.
  ASSERT_TRUE(eventually([&] { return world.server->metrics().requests > 0; }));
  EXPECT_LT(world.server->metrics().requests, 30U);
  EXPECT_TRUE(world.client()->call({}).has_value());
}

} // namespace
} // namespace troupe::net::http
