#include "tests/net/http/loopback.hpp"
#include <fmt/format.h>

namespace troupe::net::http {
namespace {

constexpr std::string_view watch = "GET /watch HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(exchange, chunks_arrive_as_they_are_written) {
  stream_writer writer;
  flag arrived;
  loopback world([&](const request&, const responder& answer) {
    writer = answer.stream(200, {{"Content-Type", "application/json"}});
    arrived.set();
  });
  raw_peer peer(world.server->port());
  peer.send(watch);
  ASSERT_TRUE(arrived.wait());
  EXPECT_NE(peer.read("\r\n\r\n").find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_TRUE(writer.write("one").has_value());
  EXPECT_EQ(peer.read("\r\none\r\n"), "3\r\none\r\n");
  EXPECT_TRUE(writer.write("two").has_value());
  EXPECT_EQ(peer.read("two\r\n"), "3\r\ntwo\r\n");
  writer.finish();
  EXPECT_EQ(peer.read("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_FALSE(writer.write("three").has_value());
  peer.send(watch);  // The connection lives on.
  EXPECT_NE(peer.read("\r\n\r\n").find("200 OK"), std::string::npos);
}

TEST(exchange, a_stream_dropped_without_finish_is_cut_off) {
  loopback world([](const request&, const responder& answer) { answer.stream(200, {}).write("half"); });
  const auto said = raw_peer::ask(world.server->port(), watch);
  EXPECT_EQ(said.find("0\r\n\r\n"), std::string::npos) << said;
  const auto got = world.client()->call({});
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, client_errc::closed);
}

TEST(exchange, a_watcher_that_does_not_read_is_closed_at_the_bound) {
  stream_writer writer;
  flag arrived, closed;
  http::limits limits;
  limits.stream_pending_bytes_max = 1 << 20;
  loopback world([&](const request&, const responder& answer) {
    writer = answer.stream(200, {});
    writer.on_close([&] { closed.set(); });
    arrived.set();
  }, false, limits);
  raw_peer peer(world.server->port(), 4096);
  peer.send(watch);
  ASSERT_TRUE(arrived.wait());
  const auto event = std::make_shared<const std::string>(std::string(10'000, 'x'));
  std::size_t most = 0;
  bool open = true;
  for (int i = 0; i < 10'000 && open; ++i) {
    const auto pending = writer.write(event);
    open = pending.has_value();
    most = std::max(most, pending.value_or(0));
  }
  EXPECT_FALSE(open);
  EXPECT_LE(most, limits.stream_pending_bytes_max);
  EXPECT_TRUE(closed.wait());
  EXPECT_EQ(world.server->metrics().slow_streams_closed, 1U);
  EXPECT_TRUE(eventually([&] { return world.server->metrics().connections == 0; }));
}

TEST(exchange, a_writer_hears_when_everything_has_left) {
  stream_writer writer;
  flag arrived;
  std::atomic<int> drained{0};
  loopback world([&](const request&, const responder& answer) {
    writer = answer.stream(200, {});
    writer.on_drained([&] { ++drained; });
    arrived.set();
  });
  raw_peer peer(world.server->port());
  peer.send(watch);
  ASSERT_TRUE(arrived.wait());
  writer.write(std::string(1000, 'x'));
  EXPECT_TRUE(eventually([&] { return drained == 1; }));
  EXPECT_EQ(writer.pending(), 0U);
  writer.write(std::string(1000, 'x'));
  EXPECT_TRUE(eventually([&] { return drained == 2; }));
}

TEST(exchange, on_close_after_the_fact_still_runs) {
  responder kept;
  flag arrived, late;
  loopback world([&](const request&, const responder& answer) {
    kept = answer;
    arrived.set();
  });
  {
    raw_peer peer(world.server->port());
    peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(arrived.wait());
    const auto writer = kept.stream(200, {});
  }
  ASSERT_TRUE(eventually([&] { return kept.closed(); }));
  kept.on_close([&] { late.set(); });
  EXPECT_TRUE(late.wait());
}

TEST(exchange, one_event_reaches_a_thousand_watchers) {
  constexpr std::size_t watchers = 1000;
  std::mutex mutex;
  std::vector<stream_writer> writers;
  std::atomic<std::size_t> heads{0}, events{0};
  loopback world([&](const request&, const responder& answer) {
    const std::lock_guard lock(mutex);
    writers.push_back(answer.stream(200, {}));
  });
  const auto client = world.client(watchers);
  std::vector<canceller> cancel;
  for (std::size_t i = 0; i < watchers; ++i)
    cancel.push_back(client->stream({}, {.on_head = [&](int, const headers&) { ++heads; },
                                         .on_data = [&](std::string_view data) { events += data.size(); }}));
  ASSERT_TRUE(eventually([&] { return heads == watchers; }, std::chrono::seconds(20)));
  const auto event = std::make_shared<const std::string>("{}\n");
  for (const auto& each : writers) EXPECT_TRUE(each.write(event).has_value());
  EXPECT_TRUE(eventually([&] { return events == watchers * event->size(); }, std::chrono::seconds(20)));
  for (const auto& each : cancel) each();
  EXPECT_TRUE(eventually([&] { return world.server->metrics().requests_in_flight == watchers; }));
  writers.clear();
  EXPECT_TRUE(eventually([&] { return world.server->metrics().requests_in_flight == 0; }));
}

} // namespace
} // namespace troupe::net::http
