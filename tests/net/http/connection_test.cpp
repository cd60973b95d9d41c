#include "net/http/connection.hpp"
#include "tests/net/http/loopback.hpp"
#include <fmt/format.h>
#include <fstream>

namespace troupe::net::http {
namespace {

TEST(connection, the_last_answer_survives_a_client_that_is_still_sending) {
  http::limits limits;
  limits.body_bytes_max = 1000;
  loopback world([](const request&, const responder& answer) { answer.respond(200, {}, ""); }, false, limits);
  for (int i = 0; i < 20; ++i) {
    raw_peer peer(world.server->port());
    peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n");
    peer.send(std::string(3'000'000, 'x'));
    EXPECT_TRUE(peer.read().starts_with("HTTP/1.1 413 "));
  }
}

TEST(connection, a_peer_that_takes_nothing_is_timed_out) {
  http::limits limits;
  limits.write_timeout = std::chrono::milliseconds(200);
  loopback world([](const request&, const responder& answer) { answer.respond(200, {}, std::string(32 << 20, 'x')); },
                 false, limits);
  raw_peer peer(world.server->port(), 4096);
  peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return world.server->metrics().connections == 1; }));
  EXPECT_TRUE(eventually([&] { return world.server->metrics().connections == 0; }));
}

TEST(connection, large_answers_arrive_whole_over_both_transports) {
  std::string large(5 << 20, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 8);
  for (const bool tls : {false, true}) {
    loopback world([&](const request&, const responder& answer) { answer.respond(200, {}, large); }, tls);
    EXPECT_EQ(world.client()->call({})->body, large);
  }
}

TEST(connection, traffic_is_counted) {
  loopback world([](const request&, const responder& answer) { answer.respond(200, {}, std::string(1000, 'x')); });
  ASSERT_TRUE(world.client()->call({}).has_value());
  // The client may have the answer before the server's write is over.
  EXPECT_TRUE(eventually([&] { return world.server->metrics().bytes_out > 1000U; }));
  EXPECT_GT(world.server->metrics().bytes_in, 20U);
  EXPECT_LT(world.server->metrics().bytes_out, 2000U);
}

} // namespace
} // namespace troupe::net::http
