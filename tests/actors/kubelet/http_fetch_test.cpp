#include "actors/kubelet/http_fetch.hpp"
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace troupe::actors::kubelet {
namespace {

/// Listens on a free port of the loopback and answers so many connections with the same bytes.
struct listener {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port = 0;
  std::string heard;
  std::thread worker;
  listener(std::string answer, int connections) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&a), size), 0);
    ::listen(fd, 8);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size);
    port = ntohs(a.sin_port);
    worker = std::thread([this, answer = std::move(answer), connections] {
      for (int i = 0; i < connections; ++i) {
        int c = ::accept(fd, nullptr, nullptr);
        char block[4096];
        auto n = ::recv(c, block, sizeof block, 0);
        if (n > 0) heard.assign(block, static_cast<std::size_t>(n));
        if (!answer.empty()) (void)!::send(c, answer.data(), answer.size(), MSG_NOSIGNAL);
        ::shutdown(c, SHUT_WR);
        while (answer.empty() && ::recv(c, block, sizeof block, 0) > 0) {}
        ::close(c);
      }
    });
  }
  ~listener() {
    worker.join();
    ::close(fd);
  }
};

network_check get(std::uint16_t port, std::string path = "/") {
  network_check c;
  c.what = network_check::kind::http;
  c.host = "127.0.0.1";
  c.port = port;
  c.path = std::move(path);
  return c;
}

TEST(http_fetch, codes_from_200_to_399_are_success) {
  listener l("HTTP/1.1 204 No Content\r\n\r\n", 1);
  auto check = get(l.port, "/healthz?x=1");
  check.headers = {{"X-A", "b"}};
  EXPECT_TRUE(carry_out(check).success);
  EXPECT_TRUE(l.heard.starts_with("GET /healthz?x=1 HTTP/1.1\r\nX-A: b\r\nHost: 127.0.0.1:"));
  EXPECT_NE(l.heard.find("User-Agent: kube-probe/"), std::string::npos);
}

TEST(http_fetch, other_codes_fail_with_the_code) {
  listener l("HTTP/1.1 503 Busy\r\nContent-Length: 1\r\n\r\nx", 1);
  auto r = carry_out(get(l.port));
  EXPECT_FALSE(r.success);
  EXPECT_EQ(r.output, "HTTP probe failed with statuscode: 503");
}

TEST(http_fetch, redirects_to_the_same_host_are_followed_to_a_bound) {
  listener l("HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n", 11);
  auto r = carry_out(get(l.port));
  EXPECT_FALSE(r.success);
  EXPECT_NE(r.output.find("stopped after 10 redirects"), std::string::npos);
}

TEST(http_fetch, a_redirect_elsewhere_is_success) {
  listener l("HTTP/1.1 302 Found\r\nLocation: http://else.test/\r\n\r\n", 1);
  EXPECT_TRUE(carry_out(get(l.port)).success);
}

TEST(http_fetch, a_refused_connection_is_told_as_go_tells_it) {
  std::uint16_t port = 0;
  {
    listener l("HTTP/1.1 200 OK\r\n\r\n", 1);
    port = l.port;
    EXPECT_TRUE(carry_out(get(port)).success);
  }
  auto where = "127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(carry_out(get(port)).output,
            "Get \"http://" + where + "/\": dial tcp " + where + ": connect: connection refused");
  auto tcp = get(port);
  tcp.what = network_check::kind::tcp;
  EXPECT_EQ(carry_out(tcp).output, "dial tcp " + where + ": connect: connection refused");
}

TEST(http_fetch, an_answer_that_is_no_http_or_none_at_all_fails_in_time) {
  listener l("hello\r\n\r\n", 1);
  EXPECT_FALSE(carry_out(get(l.port)).success);
  listener silent("", 1);
  auto check = get(silent.port);
  check.timeout_us = 50'000;
  EXPECT_FALSE(carry_out(check).success);
}

} // namespace
} // namespace troupe::actors::kubelet
