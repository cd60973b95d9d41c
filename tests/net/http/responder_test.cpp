#include "tests/net/http/loopback.hpp"
#include "net/http/gzip.hpp"
#include <fmt/format.h>
#include <thread>

namespace troupe::net::http {
namespace {

TEST(responder, a_dropped_one_answers_500) {
  loopback world([](const request&, const responder&) {});
  const auto got = world.client()->call({});
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->status, 500);
}

TEST(responder, a_handler_that_throws_answers_500) {
  loopback world([](const request&, const responder&) { throw std::runtime_error("bug"); });
  EXPECT_EQ(world.client()->call({})->status, 500);
  EXPECT_EQ(world.client()->call({})->status, 500);
}

TEST(responder, only_the_first_answer_counts) {
  loopback world([](const request&, const responder& answer) {
    EXPECT_TRUE(answer.respond(200, {}, "first"));
    EXPECT_FALSE(answer.respond(404, {}, "second"));
    EXPECT_FALSE(answer.stream(200, {}));
    EXPECT_EQ(answer.upgrade({}), nullptr);
  });
  EXPECT_EQ(world.client()->call({})->body, "first");
}

TEST(responder, may_answer_later_from_any_thread) {
  std::vector<std::thread> threads;
  loopback world([&](const request& what, const responder& answer) {
    threads.emplace_back([answer, path = what.path] { answer.respond(200, {}, path); });
  });
  const auto client = world.client();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client->call({.target = fmt::format("/{}", i)})->body, fmt::format("/{}", i));
  for (auto& each : threads) each.join();
}

TEST(responder, outlives_the_server) {
  responder kept;
  flag arrived;
  {
    loopback world([&](const request&, const responder& answer) {
      kept = answer;
      arrived.set();
    });
    raw_peer peer(world.server->port());
    peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(arrived.wait());
  }
  EXPECT_TRUE(kept.closed());
  EXPECT_FALSE(kept.respond(200, {}, "x"));
}

TEST(responder, hears_that_the_client_has_gone) {
  flag arrived, gone;
  responder kept;
  loopback world([&](const request&, const responder& answer) {
    answer.on_close([&] { gone.set(); });
    const auto writer = answer.stream(200, {});
    kept = answer;
    arrived.set();
  });
  {
    raw_peer peer(world.server->port());
    peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(arrived.wait());
  }
  EXPECT_TRUE(gone.wait());
  EXPECT_TRUE(kept.closed());
}

TEST(responder, large_answers_are_compressed_for_those_who_want_it) {
  const std::string large(200'000, 'x');
  loopback world([&](const request&, const responder& answer) { answer.respond(200, {}, large); });
  const auto client = world.client();
  const auto packed = client->call({.fields = {{"Accept-Encoding", "deflate, gzip;q=1.0"}}});
  EXPECT_EQ(packed->fields.find("content-encoding"), "gzip");
  EXPECT_LT(packed->body.size(), 2000U);
  EXPECT_EQ(gunzip(packed->body, 1 << 20), large);
  EXPECT_EQ(client->call({})->body, large);
}

TEST(responder, header_values_cannot_smuggle_lines) {
  loopback world([](const request&, const responder& answer) {
    answer.respond(200, {{"X-Bad", "a\r\nX-Evil: b"}, {"X-Good", "c"}}, "");
  });
  const auto got = world.client()->call({});
  EXPECT_FALSE(got->fields.contains("x-evil"));
  EXPECT_EQ(got->fields.find("x-good"), "c");
}

} // namespace
} // namespace troupe::net::http
