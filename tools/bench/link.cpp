#include "tools/bench/link.hpp"
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::tools::bench {

namespace tls = net::tls;
using failure = tl::unexpected<std::string>;

namespace {

constexpr int open_limit_ms = 10'000;

/// False after the limit.
bool ready(int descriptor, short what, int limit_ms) {
  pollfd p{descriptor, what, 0};
  return ::poll(&p, 1, limit_ms) > 0;
}

int connect_to(const addrinfo& where, int& error) {
  const int fd = ::socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    error = errno;
    return -1;
  }
  if (::connect(fd, where.ai_addr, where.ai_addrlen) == 0) return fd;
  error = errno;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof error;
    if (!ready(fd, POLLOUT, open_limit_ms))
      error = ETIMEDOUT;
    else if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
      error = errno;
    if (error == 0) return fd;
  }
  ::close(fd);
  return -1;
}

tl::expected<int, std::string> connect_to(const endpoint& to) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (const int code = ::getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &hints, &found); code != 0)
    return failure(fmt::format("look up {}: {}", to.host, ::gai_strerror(code)));
  int fd = -1, error = 0;
  for (auto* each = found; each != nullptr && fd < 0; each = each->ai_next)
    fd = connect_to(*each, error);
  ::freeaddrinfo(found);
  if (fd < 0) return failure(fmt::format("connect to {}: {}", to.authority(), std::strerror(error)));
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

tl::expected<void, std::string> shake_hands(tls::channel& channel, int fd) {
  for (;;) {
    const auto state = channel.handshake();
    if (state == tls::progress::done) return {};
    const bool read = state == tls::progress::want_read;
    if (!read && state != tls::progress::want_write) return failure("TLS handshake: " + channel.error());
    if (!ready(fd, read ? POLLIN : POLLOUT, open_limit_ms)) return failure("TLS handshake: timed out");
  }
}

} // namespace

link::~link() {
  channel_.reset();
  ::close(descriptor_);
}

tl::expected<dialer, std::string> dialer::make(endpoint to, const std::vector<std::string>& alpn) {
  if (!to.tls) return dialer(std::move(to), std::nullopt);
  auto settings = tls::context::client({to.ca_pem, to.certificate_pem, to.key_pem, to.verify, alpn});
  if (!settings) return failure(settings.error());
  return dialer(std::move(to), std::move(*settings));
}

tl::expected<std::unique_ptr<link>, std::string> dialer::open() const {
  const auto fd = connect_to(to_);
  if (!fd) return failure(fd.error());
  std::unique_ptr<link> made(new link(*fd));
  if (!tls_) {
    made->channel_ = std::make_unique<tls::channel>(*fd);
    return made;
  }
  made->channel_ = std::make_unique<tls::channel>(*fd, *tls_, tls::role::client,
                                                  to_.server_name.empty() ? to_.host : to_.server_name);
  if (auto ok = shake_hands(*made->channel_, *fd); !ok)
    return failure(fmt::format("connect to {}: {}", to_.authority(), ok.error()));
  return made;
}

bool link::send(std::string_view bytes) {
  if (!pending_.empty()) {
    pending_ += bytes;
    return true;
  }
  while (!bytes.empty()) {
    const auto sent = channel_->write(bytes);
    if (sent.state == tls::progress::done) {
      bytes.remove_prefix(sent.bytes);
      continue;
    }
    pending_ = bytes;
    return sent.state == tls::progress::want_write || sent.state == tls::progress::want_read;
  }
  return true;
}

bool link::flush() {
  const auto rest = std::move(pending_);
  pending_.clear();
  return send(rest);
}

poller::poller() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {}
poller::~poller() { ::close(descriptor_); }

void poller::add(int descriptor, void* who) {
  epoll_event e{EPOLLIN, {who}};
  ::epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &e);
}

void poller::want_write(int descriptor, void* who, bool wanted) {
  epoll_event e{wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, {who}};
  ::epoll_ctl(descriptor_, EPOLL_CTL_MOD, descriptor, &e);
}

void poller::remove(int descriptor) { ::epoll_ctl(descriptor_, EPOLL_CTL_DEL, descriptor, nullptr); }

std::span<const poller::event> poller::wait(int limit_ms) {
  std::array<epoll_event, 256> got;
  events_.clear();
  const int n = ::epoll_wait(descriptor_, got.data(), static_cast<int>(got.size()), limit_ms);
  for (int i = 0; i < n; ++i) {
    const auto& e = got[static_cast<std::size_t>(i)];
    events_.push_back({e.data.ptr, (e.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0, (e.events & EPOLLOUT) != 0});
  }
  return events_;
}

} // namespace troupe::tools::bench
