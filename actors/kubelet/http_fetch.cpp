#include "actors/kubelet/http_fetch.hpp"
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <netdb.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::actors::kubelet {

namespace {

using steady = std::chrono::steady_clock;
constexpr std::size_t answer_max = 64 * 1024, shown_max = 10 * 1024;
constexpr int redirects_max = 10;

std::string join_host_port(const std::string& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

std::string errno_text(int code) { return code == ETIMEDOUT ? "i/o timeout" : lower(std::strerror(code)); }

/// A non-blocking connection whose waits end at a deadline. With TLS, certificates are not verified.
class connection {
public:
  explicit connection(steady::time_point deadline) : deadline_(deadline) {}
  ~connection() {
    ssl_.reset();
    if (fd_ >= 0) ::close(fd_);
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// 0 or an errno.
  int open(const std::string& host, std::uint16_t port) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return EADDRNOTAVAIL;
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> guard(found, &::freeaddrinfo);
    fd_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) return errno;
    // A probe that leaves nothing in TIME_WAIT does not use up the ports of a busy node.
    linger off{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &off, sizeof off);
    if (::connect(fd_, found->ai_addr, found->ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!wait(POLLOUT)) return ETIMEDOUT;
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &problem, &size);
    return problem;
  }

  bool start_tls(const std::string& host) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (!context_) return false;
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), fd_);
    SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
    return tls([this] { return SSL_connect(ssl_.get()); }) > 0;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      auto n = ssl_ ? tls([&] { return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())); })
                    : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (n > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(n));
      } else if (ssl_ || errno != EAGAIN || !wait(POLLOUT)) {
        return false;
      }
    }
    return true;
  }

  /// Bytes read, 0 at the end, -1 when the time is over or the connection broke.
  int read(char* into, int size) {
    if (ssl_) return std::max(tls([&] { return SSL_read(ssl_.get(), into, size); }), -1);
    for (;;) {
      auto n = ::recv(fd_, into, static_cast<std::size_t>(size), 0);
      if (n >= 0) return static_cast<int>(n);
      if (errno == EINTR) continue;
      if (errno != EAGAIN || !wait(POLLIN)) return -1;
    }
  }

private:
  bool wait(short events) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - steady::now()).count();
    pollfd p{fd_, events, 0};
    return left > 0 && ::poll(&p, 1, static_cast<int>(left)) > 0;
  }
  template <class Step> int tls(Step step) {
    for (;;) {
      int n = step();
      if (n > 0) return n;
      auto what = SSL_get_error(ssl_.get(), n);
      if (what == SSL_ERROR_ZERO_RETURN) return 0;
      if (what == SSL_ERROR_WANT_READ ? !wait(POLLIN) : what == SSL_ERROR_WANT_WRITE ? !wait(POLLOUT) : true) return -1;
    }
  }

  struct free_context { void operator()(SSL_CTX* p) const { SSL_CTX_free(p); } };
  struct free_ssl { void operator()(SSL* p) const { SSL_free(p); } };
  steady::time_point deadline_;
  int fd_ = -1;
  std::unique_ptr<SSL_CTX, free_context> context_;
  std::unique_ptr<SSL, free_ssl> ssl_;
};

struct answer {
  int code = 0;
  std::string location, body;
};

/// Status, Location and the begin of the body; code 0 if it is not HTTP.
answer parse(std::string_view text) {
  answer a;
  auto end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.") || text.size() < 12 || end == std::string_view::npos) return a;
  std::from_chars(text.data() + 9, text.data() + 12, a.code);
  a.body = text.substr(end + 4, shown_max);
  auto head = text.substr(0, end);
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
    at += 2;
    auto line = head.substr(at, head.find("\r\n", at) - at);
    if (lower(line.substr(0, 9)) != "location:") continue;
    auto value = line.substr(9);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    a.location = value;
  }
  return a;
}

std::string request_text(const network_check& c, const std::string& path) {
  std::string text = fmt::format("GET {} HTTP/1.1\r\n", path);
  bool host = false, agent = false, accept = false;
  for (auto& [name, value] : c.headers) {
    auto key = lower(name);
    host = host || key == "host";
    agent = agent || key == "user-agent";
    accept = accept || key == "accept";
    text += fmt::format("{}: {}\r\n", name, value);
  }
  if (!host) text += fmt::format("Host: {}\r\n", join_host_port(c.host, c.port));
  if (!agent) text += "User-Agent: kube-probe/1.32\r\n";
  if (!accept) text += "Accept: */*\r\n";
  return text + "Connection: close\r\n\r\n";
}

check_result fetch(const network_check& c, steady::time_point deadline) {
  bool tls = c.what == network_check::kind::https;
  auto path = c.path.empty() ? std::string("/") : c.path;
  auto url = fmt::format("{}://{}", tls ? "https" : "http", join_host_port(c.host, c.port));
  for (int hop = 0; hop <= redirects_max; ++hop) {
    auto fail = [&](std::string_view why) {
      return check_result{false, fmt::format("Get \"{}{}\": {}", url, path, why)};
    };
    auto timed_out = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    connection wire(deadline);
    if (int problem = wire.open(c.host, c.port); problem != 0)
      return fail(problem == ETIMEDOUT
                      ? timed_out
                      : fmt::format("dial tcp {}: connect: {}", join_host_port(c.host, c.port), errno_text(problem)));
    if (tls && !wire.start_tls(c.host)) return fail("tls: handshake failure");
    if (!wire.write(request_text(c, path))) return fail(timed_out);
    std::string text;
    char block[4096];
    int n = 0;
    while (text.size() < answer_max && (n = wire.read(block, sizeof block)) > 0)
      text.append(block, static_cast<std::size_t>(n));
    auto a = parse(text);
    if (a.code == 0) return fail(text.empty() && n == 0 ? "EOF" : text.empty() ? timed_out : "malformed HTTP response");
    if (a.code < 200 || a.code >= 400)
      return {false, fmt::format("HTTP probe failed with statuscode: {}", a.code)};
    // Redirects elsewhere count as success: the container did answer.
    if (a.code < 300 || a.location.empty()) return {true, a.body};
    if (a.location.starts_with(url)) a.location.erase(0, url.size());
    if (!a.location.starts_with('/')) return {true, "Probe terminated redirects, Response body: " + a.body};
    path = a.location;
  }
  return {false, fmt::format("Get \"{}{}\": stopped after 10 redirects", url, path)};
}

} // namespace

check_result carry_out(const network_check& check) {
  auto deadline = steady::now() + std::chrono::microseconds(check.timeout_us);
  if (check.what != network_check::kind::tcp) return fetch(check, deadline);
  connection wire(deadline);
  int problem = wire.open(check.host, check.port);
  if (problem == 0) return {true, ""};
  auto where = join_host_port(check.host, check.port);
  if (problem == ETIMEDOUT) return {false, fmt::format("dial tcp {}: i/o timeout", where)};
  return {false, fmt::format("dial tcp {}: connect: {}", where, errno_text(problem))};
}

} // namespace troupe::actors::kubelet
