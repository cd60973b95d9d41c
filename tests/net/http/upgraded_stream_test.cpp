#include "net/http/upgraded_stream.hpp"
#include "tests/net/http/loopback.hpp"
#include <fmt/format.h>
#include <thread>

namespace troupe::net::http {
namespace {

const headers fields{{"Connection", "Upgrade"}, {"Upgrade", "echo"}};

/// A server that hands out its end of the upgraded connection.
struct world {
  std::mutex mutex;
  std::string heard;
  byte_stream_ptr serving;
  flag upgraded, closed;
  loopback net{[this](const request&, const responder& answer) {
    serving = answer.upgrade(fields);
    serving->start(
        [this](std::string_view bytes) {
          const std::lock_guard lock(mutex);
          heard += bytes;
        },
        [this] { closed.set(); });
    upgraded.set();
  }, false, [] {
    http::limits limits;
    limits.stream_pending_bytes_max = 1 << 20;
    return limits;
  }()};
  std::size_t size() {
    const std::lock_guard lock(mutex);
    return heard.size();
  }
};

constexpr std::string_view ask = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

TEST(upgraded_stream, nothing_is_lost_at_the_change_of_protocols) {
  world w;
  raw_peer peer(w.net.server->port());
  peer.send(fmt::format("{}early", ask));
  EXPECT_TRUE(eventually([&] { return w.size() == 5; }));
  EXPECT_TRUE(w.serving->write("hello").has_value());
  EXPECT_NE(peer.read("hello").find("101 Switching Protocols"), std::string::npos);
  w.serving->close();
  peer.read();
  EXPECT_TRUE(peer.ended());
  EXPECT_TRUE(w.closed.wait());
  EXPECT_FALSE(w.serving->write("late").has_value());
}

TEST(upgraded_stream, a_paused_one_leaves_the_bytes_in_the_socket) {
  world w;
  raw_peer peer(w.net.server->port());
  peer.send(ask);
  ASSERT_TRUE(w.upgraded.wait());
  w.serving->pause();
  flag settled;
  std::atomic<std::size_t> sent{0};
  std::thread writer([&] {
    const std::string piece(64 * 1024, 'x');
    for (int i = 0; i < 256; ++i) {
      if (!peer.send(piece)) break;
      sent += piece.size();
    }
    settled.set();
  });
  EXPECT_FALSE(settled.wait(std::chrono::milliseconds(300)));
  EXPECT_LE(w.size(), 128U * 1024);
  w.serving->resume();
  EXPECT_TRUE(settled.wait());
  EXPECT_TRUE(eventually([&] { return w.size() == 16U << 20; }));
  writer.join();
}

TEST(upgraded_stream, a_peer_that_does_not_read_is_closed_at_the_bound) {
  world w;
  raw_peer peer(w.net.server->port(), 4096);
  peer.send(ask);
  ASSERT_TRUE(w.upgraded.wait());
  std::size_t most = 0;
  for (;;) {
    const auto pending = w.serving->write(std::string(10'000, 'x'));
    if (!pending) break;
    most = std::max(most, *pending);
  }
  EXPECT_LE(most, 1U << 20);
  EXPECT_TRUE(w.closed.wait());
}

TEST(upgraded_stream, may_be_given_an_end) {
  world w;
  raw_peer peer(w.net.server->port());
  peer.send(ask);
  ASSERT_TRUE(w.upgraded.wait());
  w.serving->expire_after(std::chrono::milliseconds(50));
  EXPECT_TRUE(w.closed.wait());
}

TEST(upgraded_stream, dropping_the_handle_closes) {
  world w;
  raw_peer peer(w.net.server->port());
  peer.send(ask);
  ASSERT_TRUE(w.upgraded.wait());
  w.serving.reset();
  peer.read();
  EXPECT_TRUE(peer.ended());
}

} // namespace
} // namespace troupe::net::http
