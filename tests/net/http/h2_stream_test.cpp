#include "tests/net/http/h2_peer.hpp"
#include <fmt/format.h>

namespace troupe::net::http {
namespace {

TEST(h2_stream, watches_of_one_connection_are_independent) {
  std::mutex mutex;
  std::map<std::string, stream_writer> writers;
  loopback world([&](const request& what, const responder& answer) {
    const std::lock_guard lock(mutex);
    writers[what.path] = answer.stream(200, {});
  }, true);
  h2_peer peer(world.server->port());
  const auto a = peer.ask("GET", "/a"), b = peer.ask("GET", "/b");
  ASSERT_TRUE(peer.until([&] { return peer.answers[a].status == 200 && peer.answers[b].status == 200; }));
  EXPECT_TRUE(writers["/a"].write("one").has_value());
  EXPECT_TRUE(writers["/b"].write("two").has_value());
  EXPECT_TRUE(peer.until([&] { return peer.answers[a].body == "one" && peer.answers[b].body == "two"; }));
  writers["/a"].finish();
  EXPECT_TRUE(peer.done(a));
  EXPECT_EQ(peer.answers[a].error, NGHTTP2_NO_ERROR);
  writers["/b"].abort();
  EXPECT_TRUE(peer.done(b));
  EXPECT_EQ(peer.answers[b].error, NGHTTP2_INTERNAL_ERROR);
}

TEST(h2_stream, a_cancelled_watch_tells_its_writer) {
  flag begun, gone;
  stream_writer writer;
  loopback world([&](const request&, const responder& answer) {
    writer = answer.stream(200, {});
    writer.on_close([&] { gone.set(); });
  }, true);
  h2_peer peer(world.server->port());
  const auto id = peer.ask("GET", "/");
  ASSERT_TRUE(peer.until([&] { return peer.answers[id].status == 200; }));
  peer.reset(id);
  peer.until([&] { return gone.wait(std::chrono::milliseconds(1)); });
  EXPECT_TRUE(writer.closed());
}

TEST(h2_stream, a_closed_window_holds_the_data_and_the_bound_ends_the_stream) {
  http::limits limits;
  limits.stream_pending_bytes_max = 100'000;
  stream_writer writer;
  loopback world([&](const request&, const responder& answer) { writer = answer.stream(200, {}); }, true, limits);
  h2_peer peer(world.server->port(), 10'000);
  const auto id = peer.ask("GET", "/");
  ASSERT_TRUE(peer.until([&] { return peer.answers[id].status == 200; }));
  const auto event = std::make_shared<const std::string>(std::string(1000, 'x'));
  // The peer's loop does not run, so that no window opens.
  int written = 0;
  while (writer.write(event).has_value()) ++written;
  EXPECT_GE(written, 99);
  EXPECT_LE(written, 111);
  EXPECT_EQ(world.server->metrics().slow_streams_closed, 1U);
  EXPECT_TRUE(peer.done(id));
  EXPECT_EQ(peer.answers[id].error, NGHTTP2_INTERNAL_ERROR);
  const auto other = peer.ask("GET", "/");
  EXPECT_TRUE(peer.until([&] { return peer.answers[other].status == 200; }));
}

TEST(h2_stream, large_answers_flow_through_small_windows) {
  const std::string large(1 << 20, 'x');
  loopback world([&](const request&, const responder& answer) { answer.respond(200, {}, large); }, true);
  h2_peer peer(world.server->port(), 5000);
  const auto id = peer.ask("GET", "/");
  ASSERT_TRUE(peer.done(id));
  EXPECT_EQ(peer.answers[id].body, large);
}

TEST(h2_stream, upgrades_do_not_exist) {
  loopback world([](const request&, const responder& answer) {
    EXPECT_FALSE(answer.can_upgrade());
    EXPECT_EQ(answer.upgrade({}), nullptr);
    answer.respond(400, {}, "no");
  }, true);
  h2_peer peer(world.server->port());
  const auto id = peer.ask("GET", "/");
  ASSERT_TRUE(peer.done(id));
  EXPECT_EQ(peer.answers[id].status, 400);
}

} // namespace
} // namespace troupe::net::http
