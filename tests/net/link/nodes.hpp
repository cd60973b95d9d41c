#pragma once
#include "net/certificates/certificate.hpp"
#include "net/link/endpoint.hpp"
#include <condition_variable>
#include <deque>
#include <future>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::net::link {

using namespace std::chrono_literals;

/// Longer than anything here takes on a busy machine; nothing waits for it when all is well.
constexpr auto patience = 20s;

/// A CA and the certificates of its nodes.
struct cluster {
  certificates::random_source random = certificates::system_random();
  certificates::validity when{std::chrono::system_clock::now()};
  certificates::credential ca = certificates::make_authority("cluster", when, random).value();

  [[nodiscard]] credential node(const std::string& name) const {
    auto made = certificates::issue(
      ca, {.common_name = name, .organizations = {"troupe:nodes"}, .dns_names = {name}, .server = true, .client = true},
      when, random).value();
    return {made.certificate_pem, made.key.private_pem(), ca.certificate_pem};
  }
};

inline const cluster& home() {
  static const cluster made;
  return made;
}
inline const cluster& abroad() {
  static const cluster made;
  return made;
}

/// An endpoint on loopback with those that came to it.
class node {
public:
  explicit node(credential own, std::chrono::milliseconds limit = 10s, std::size_t connections_max = 100,
                std::size_t strangers_max = 100, std::chrono::milliseconds hello_limit = 1h,
                std::chrono::milliseconds silence = 1h) {
    endpoint_config config;
    config.address = "127.0.0.1";
    config.own = std::move(own);
    config.connect_limit = config.handshake_limit = limit;
    config.connections_max = connections_max;
    config.strangers_max = strangers_max;
    config.hello_limit = hello_limit;
    config.silence = silence;
    door = endpoint::start(std::move(config), [this](connection_ptr c) {
      std::lock_guard guard(mutex_);
      came_.push_back(std::move(c));
      changed_.notify_all();
    }).value();
  }
  ~node() {
    door->stop();
    came_.clear();
  }
  /// The next one that was let in, or nothing.
  [[nodiscard]] connection_ptr next() {
    std::unique_lock guard(mutex_);
    if (!changed_.wait_for(guard, patience, [this] { return !came_.empty(); })) return {};
    auto out = std::move(came_.front());
    came_.pop_front();
    return out;
  }
  [[nodiscard]] std::size_t waiting() {
    std::lock_guard guard(mutex_);
    return came_.size();
  }
  [[nodiscard]] tl::expected<connection_ptr, std::string> dial(const std::string& address, std::uint16_t port) const {
    auto answer = std::make_shared<std::promise<tl::expected<connection_ptr, std::string>>>();
    auto out = answer->get_future();
    door->dial(address, port, [answer](auto got) { answer->set_value(std::move(got)); });
    if (out.wait_for(patience) != std::future_status::ready) return tl::make_unexpected("never answered");
    return out.get();
  }
  [[nodiscard]] auto dial(const node& other) const { return dial("127.0.0.1", other.door->port()); }
  /// Everything that the endpoint's thread had to do before is done.
  void settle() const { EXPECT_FALSE(dial("nowhere", 1)); }

  std::unique_ptr<endpoint> door;

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<connection_ptr> came_;
};

/// A descriptor that closes itself.
struct descriptor {
  explicit descriptor(int n) : fd(n) {}
  ~descriptor() { close(); }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  void close() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
  void write(std::string_view said) const {
    while (!said.empty()) {
      auto n = ::send(fd, said.data(), said.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      said.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  /// Up to `n` bytes; fewer at the end of the stream or of patience.
  [[nodiscard]] std::string read(std::size_t n) const {
    std::string out;
    while (out.size() < n && readable()) {
      char part[65536];
      auto got = ::recv(fd, part, std::min(sizeof part, n - out.size()), 0);
      if (got <= 0) break;
      out.append(part, static_cast<std::size_t>(got));
    }
    return out;
  }
  /// The other side has gone, after whatever it still said.
  [[nodiscard]] bool ends() const {
    for (char part[4096]; readable();)
      if (::recv(fd, part, sizeof part, 0) <= 0) return true;
    return false;
  }
  [[nodiscard]] bool readable() const {
    pollfd one{fd, POLLIN, 0};
    return ::poll(&one, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) > 0;
  }
  int fd;
};

} // namespace troupe::net::link
