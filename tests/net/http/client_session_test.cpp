#include "net/http/client_session.hpp"
#include "tests/net/http/loopback.hpp"
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <thread>
#include <unistd.h>

namespace troupe::net::http {
namespace {

/// A server of scripted connections: each is a list of answers, one for each request on it.
class conversation {
public:
  explicit conversation(std::vector<std::vector<std::string>> connections)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::listen(fd_, 16), 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this, connections = std::move(connections)] {
      for (const auto& answers : connections) serve(answers);
    });
  }
  ~conversation() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  [[nodiscard]] std::shared_ptr<client> connect(std::string server_name = {}) {
    client_config config;
    config.host = "127.0.0.1";
    config.port = port_;
    config.server_name = std::move(server_name);
    config.connections_max = 1;
    return client::make(io_, config);
  }
  [[nodiscard]] std::string asked(std::size_t n) {
    EXPECT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex_);
      return asked_.size() > n;
    }));
    const std::lock_guard lock(mutex_);
    return n < asked_.size() ? asked_[n] : "";
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] int accepted() const noexcept { return accepted_; }

private:
  void serve(const std::vector<std::string>& answers) {
    const int peer = ::accept(fd_, nullptr, nullptr);
    if (peer < 0) return;
    ++accepted_;
    for (const auto& each : answers) {
      std::string text;
      char byte;
      while (text.find("\r\n\r\n") == std::string::npos && ::recv(peer, &byte, 1, 0) == 1) text.push_back(byte);
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(text);
      }
      // Byte by byte, so that no reader relies on pieces.
      for (const char c : each) ::send(peer, &c, 1, MSG_NOSIGNAL);
    }
    char rest;
    ::recv(peer, &rest, 1, 0); // Until the client leaves.
    ::close(peer);
  }

  struct running {
    std::shared_ptr<loop> io = loop::start("test");
    ~running() { io->stop(); }
  } running_;
  std::shared_ptr<loop> io_ = running_.io;
  int fd_;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::thread thread_;
};

const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

TEST(client_session, asks_as_the_rfc_wants_it) {
  conversation with({{good, good}});
  const auto client = with.connect("api.example");
  ASSERT_TRUE(client->call({.method = "POST", .target = "/a?b", .fields = {{"X-Mine", "1"}}}).has_value());
  const auto host = fmt::format("Host: api.example:{}\r\n", with.port());
  EXPECT_EQ(with.asked(0), "POST /a?b HTTP/1.1\r\n" + host + "X-Mine: 1\r\nContent-Length: 0\r\n\r\n")
    << "a POST without a body has a length: RFC 9110, 8.6";
  ASSERT_TRUE(client->call({}).has_value());
  EXPECT_EQ(with.asked(1).find("Content-Length"), std::string::npos);
}

TEST(client_session, a_connection_serves_one_request_after_the_other) {
  const std::string no_content = "HTTP/1.1 204 No Content\r\n\r\n";
  conversation with({{good, no_content, good}});
  const auto client = with.connect();
  for (const int status : {200, 204, 200}) EXPECT_EQ(client->call({})->status, status);
  EXPECT_EQ(with.accepted(), 1);
}

TEST(client_session, a_server_that_closes_after_its_answer_gets_a_new_connection) {
  conversation with({{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"}, {good}});
  const auto client = with.connect();
  EXPECT_EQ(client->call({})->body, "hi");
  EXPECT_EQ(client->call({})->body, "hi");
  EXPECT_EQ(with.accepted(), 2);
}

TEST(client_session, the_answer_to_head_has_no_body_whatever_its_length_says) {
  conversation with({{"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", good}});
  const auto client = with.connect();
  const auto head = client->call({.method = "HEAD"});
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->fields.find("content-length"), "50");
  EXPECT_EQ(client->call({})->body, "hi") << "the next answer begins right behind the head";
}

TEST(client_session, bytes_that_nobody_asked_for_end_the_connection) {
  conversation with({{good + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"}, {good}});
  const auto client = with.connect();
  EXPECT_EQ(client->call({})->body, "hi");
  EXPECT_EQ(client->call({})->body, "hi") << "and are no answer to the next request";
}

TEST(client_session, a_refused_upgrade_is_an_ordinary_answer) {
  conversation with({{"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"}});
  const auto got = with.connect()->call_upgrade({});
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->response.status, 403);
  EXPECT_EQ(got->response.body, "no");
  EXPECT_EQ(got->stream, nullptr);
}

TEST(client_session, bytes_behind_an_upgrade_belong_to_the_stream) {
  conversation with({{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nearly"}});
  const auto got = with.connect()->call_upgrade({});
  ASSERT_TRUE(got.has_value() && got->stream);
  std::mutex mutex;
  std::string heard;
  flag closed;
  got->stream->start(
    [&](std::string_view bytes) {
      const std::lock_guard lock(mutex);
      heard += bytes;
    },
    [&] { closed.set(); });
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return heard == "early";
  }));
  got->stream->close();
  EXPECT_TRUE(closed.wait());
}

TEST(operation, tells_its_end_once_and_only_to_its_consumer) {
  operation collected;
  int told = 0;
  collected.on_response = [&](const client_result<client_response>& got) {
    ++told;
    EXPECT_FALSE(got.has_value());
  };
  collected.fail({client_errc::timed_out, "late", true});
  collected.fail({client_errc::closed, "gone", true});
  collected.succeed(nullptr);
  EXPECT_EQ(told, 1);
  operation streamed;
  std::optional<client_error> why{client_error{client_errc::closed, "", true}};
  streamed.stream.on_end = [&](std::optional<client_error> e) { why = std::move(e); };
  EXPECT_FALSE(streamed.collects());
  streamed.succeed(nullptr);
  EXPECT_FALSE(why.has_value());
}

} // namespace
} // namespace troupe::net::http
