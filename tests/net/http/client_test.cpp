#include "net/http/client.hpp"
#include "tests/net/http/loopback.hpp"
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <thread>
#include <unistd.h>

namespace troupe::net::http {
namespace {

/// A server that says exactly what it is told to, one text a connection.
class scripted {
public:
  explicit scripted(std::vector<std::string> answers) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&at), size);
    ::listen(fd_, 16);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port = ntohs(at.sin_port);
    thread_ = std::thread([this, answers = std::move(answers)] {
      for (const auto& each : answers) {
        const int peer = ::accept(fd_, nullptr, nullptr);
        if (peer < 0) return;
        ++accepted;
        std::string asked;
        char buffer[4096];
        while (asked.find("\r\n\r\n") == std::string::npos) {
          const auto n = ::recv(peer, buffer, sizeof buffer, 0);
          if (n <= 0) break;
          asked.append(buffer, static_cast<std::size_t>(n));
        }
        ::send(peer, each.data(), each.size(), MSG_NOSIGNAL);
        ::close(peer);
      }
    });
  }
  ~scripted() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  std::uint16_t port = 0;
  std::atomic<int> accepted{0};

private:
  int fd_;
  std::thread thread_;
};

struct world {
  std::shared_ptr<loop> io = loop::start("test");
  ~world() { io->stop(); }
  std::shared_ptr<client> to(std::uint16_t port) {
    client_config config;
    config.host = "127.0.0.1";
    config.port = port;
    config.body_bytes_max = 1000;
    return client::make(io, config);
  }
};

TEST(client, reads_every_way_to_end_a_body) {
  const std::pair<const char*, const char*> cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", "hi"},
      {"HTTP/1.0 200 OK\r\n\r\nhi", "hi"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
  };
  world w;
  for (const auto& [said, body] : cases) {
    scripted server({said});
    const auto got = w.to(server.port)->call({});
    ASSERT_TRUE(got.has_value()) << said << got.error().message;
    EXPECT_EQ(got->body, body) << said;
  }
}

TEST(client, says_what_is_wrong_with_a_server) {
  const std::pair<std::string, client_errc> cases[] = {
      {"", client_errc::closed},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", client_errc::closed},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", client_errc::closed},
      {"SSH-2.0-OpenSSH\r\n\r\n", client_errc::protocol},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nhi", client_errc::protocol},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", client_errc::protocol},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x'), client_errc::too_large},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", client_errc::protocol},
  };
  world w;
  for (const auto& [said, code] : cases) {
    scripted server({said});
    const auto got = w.to(server.port)->call({});
    ASSERT_FALSE(got.has_value()) << said;
    EXPECT_EQ(got.error().code, code) << said << got.error().message;
    EXPECT_TRUE(got.error().may_have_happened) << said;
  }
}

TEST(client, nobody_listening_means_nothing_happened) {
  world w;
  std::uint16_t port = 0;
  {
    scripted gone({});
    port = gone.port;
  }
  const auto got = w.to(port)->call({});
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, client_errc::connect);
  EXPECT_FALSE(got.error().may_have_happened);
  EXPECT_EQ(got.error().message, fmt::format("connect to 127.0.0.1:{}: Connection refused", port));
}

TEST(client, repeats_what_is_safe_to_repeat_on_a_stale_connection) {
  const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  for (const std::string method : {"GET", "POST"}) {
    scripted server({good, good});
    world w;
    const auto client = w.to(server.port);
    ASSERT_TRUE(client->call({}).has_value());
    // The server has closed the connection that the client keeps, which may or may not have been noticed yet.
    const auto second = client->call({.method = method});
    if (method == "GET") {
      EXPECT_TRUE(second.has_value());
    } else if (!second) {
      EXPECT_TRUE(second.error().may_have_happened);
    }
  }
}

TEST(client, waits_no_longer_than_it_was_told) {
  std::vector<responder> kept;
  loopback net([&](const request&, const responder& answer) { kept.push_back(answer); });
  const auto client = net.client(1);
  // The second waits for the only connection, which is taken.
  std::atomic<int> late{0};
  for (int i = 0; i < 2; ++i)
    client->send({.timeout = std::chrono::milliseconds(100)}, [&](client_result<client_response> got) {
      if (!got && got.error().code == client_errc::timed_out) ++late;
    });
  EXPECT_TRUE(eventually([&] { return late == 2; }));
}

TEST(client, reads_a_watch_piece_by_piece_and_may_leave_it) {
  stream_writer writer;
  flag begun, gone, ended;
  std::mutex mutex;
  std::string heard;
  loopback net([&](const request&, const responder& answer) {
    writer = answer.stream(200, {{"Content-Type", "application/json"}});
    writer.on_close([&] { gone.set(); });
  });
  const auto client = net.client();
  const auto leave = client->stream({}, {.on_head = [&](int status, const headers& fields) {
                                           EXPECT_EQ(status, 200);
                                           EXPECT_EQ(fields.find("content-type"), "application/json");
                                           begun.set();
                                         },
                                         .on_data = [&](std::string_view bytes) {
                                           const std::lock_guard lock(mutex);
                                           heard += bytes;
                                         },
                                         .on_end = [&](std::optional<client_error> why) {
                                           EXPECT_EQ(why->code, client_errc::cancelled);
                                           ended.set();
                                         }});
  ASSERT_TRUE(begun.wait());
  writer.write("{}\n");
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return heard == "{}\n";
  }));
  leave();
  leave();
  EXPECT_TRUE(ended.wait());
  EXPECT_TRUE(gone.wait());
}

TEST(client, verifies_the_server_unless_told_not_to) {
  loopback net([](const request&, const responder& answer) { answer.respond(200, {}, "ok"); }, true);
  client_config config;
  config.host = "127.0.0.1";
  config.port = net.server->port();
  const auto ask = [&](const tls::client_options& options) {
    config.tls = tls::context::client(options).value();
    return client::make(net.io, config)->call({});
  };
  auto options = identities::get().client_options();
  EXPECT_TRUE(ask(options).has_value());
  config.server_name = "elsewhere.example";
  EXPECT_EQ(ask(options).error().code, client_errc::tls);
  EXPECT_NE(ask(options).error().message.find("hostname mismatch"), std::string::npos) << ask(options).error().message;
  options.verify = false;
  EXPECT_TRUE(ask(options).has_value());
}

TEST(client, closing_ends_what_is_under_way) {
  flag arrived;
  responder kept;
  loopback net([&](const request&, const responder& answer) {
    kept = answer;
    arrived.set();
  });
  const auto client = net.client();
  flag failed;
  client->send({}, [&](client_result<client_response> got) {
    EXPECT_FALSE(got.has_value());
    failed.set();
  });
  ASSERT_TRUE(arrived.wait());
  client->close();
  EXPECT_TRUE(failed.wait());
  EXPECT_EQ(client->call({}).error().code, client_errc::cancelled);
}

} // namespace
} // namespace troupe::net::http
