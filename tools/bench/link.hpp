#pragma once
#include "net/tls/channel.hpp"
#include "tools/bench/kubeconfig.hpp"
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tools::bench {

class link;

/// Makes connections to one server, with TLS settings that are read once.
class dialer {
public:
  /// `alpn` may be empty. The error is a sentence.
  [[nodiscard]] static tl::expected<dialer, std::string> make(endpoint to, const std::vector<std::string>& alpn);
  /// Connects and shakes hands, blocking for at most ten seconds. From any thread. The error is a sentence.
  [[nodiscard]] tl::expected<std::unique_ptr<link>, std::string> open() const;
  [[nodiscard]] const endpoint& to() const noexcept { return to_; }

private:
  dialer(endpoint to, std::optional<net::tls::context> tls) : to_(std::move(to)), tls_(std::move(tls)) {}
  endpoint to_;
  std::optional<net::tls::context> tls_;
};

/// One connection to the server: a non-blocking socket, TLS if wanted, and the bytes that the kernel has not taken yet.
class link {
public:
  ~link();
  link(link&&) = delete;

  /// Sends now what can be sent and keeps the rest. False: the connection is broken.
  [[nodiscard]] bool send(std::string_view bytes);
  /// Sends more of what was kept.
  [[nodiscard]] bool flush();
  [[nodiscard]] bool has_pending() const noexcept { return !pending_.empty(); }
  [[nodiscard]] net::tls::outcome receive(std::span<char> into) { return channel_->read(into); }
  /// True if received bytes wait inside TLS, for which the socket does not signal.
  [[nodiscard]] bool has_buffered() const noexcept { return channel_->has_buffered(); }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] std::string_view alpn() const noexcept { return channel_->alpn(); }

private:
  friend class dialer;
  explicit link(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  std::unique_ptr<net::tls::channel> channel_;
  std::string pending_;
};

/// Calls back when sockets are ready: epoll, level-triggered, so that a request costs no registration.
class poller {
public:
  struct event {
    void* who;
    bool readable, writable;
  };
  poller();
  ~poller();
  poller(poller&&) = delete;

  void add(int descriptor, void* who);
  void want_write(int descriptor, void* who, bool wanted);
  void remove(int descriptor);
  /// Waits for at most `limit_ms`; the view is valid until the next call.
  [[nodiscard]] std::span<const event> wait(int limit_ms);

private:
  int descriptor_;
  std::vector<event> events_;
};

} // namespace troupe::tools::bench
