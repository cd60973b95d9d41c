#pragma once
#include "net/certificates/certificate.hpp"
#include "net/http/client.hpp"
#include "net/http/loop.hpp"
#include "net/http/server.hpp"
#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace troupe::net::http {

/// CA, server and user certificates, made once a test program.
struct identities {
  certificates::credential ca, server, user, stranger;
  static const identities& get();
  [[nodiscard]] tls::server_options server_options() const;
  [[nodiscard]] tls::client_options client_options() const;
};

/// A server on a free port of 127.0.0.1 with one loop for clients beside it.
class loopback {
public:
  explicit loopback(http::server::handler handler, bool tls = false, http::limits limits = {});
  ~loopback();
  [[nodiscard]] std::shared_ptr<http::client> client(std::size_t connections_max = 8);
  [[nodiscard]] std::string url(std::string_view target) const;
  std::shared_ptr<http::loop> io;
  std::unique_ptr<http::server> server;
  bool tls;
};

/// A blocking plain TCP peer that sends what no decent client would.
class raw_peer {
public:
  explicit raw_peer(std::uint16_t port, int receive_buffer = 0);
  ~raw_peer();
  raw_peer(const raw_peer&) = delete;
  bool send(std::string_view bytes);
  /// Reads until the connection ends or `until` was seen; what came within `limit`.
  std::string read(std::string_view until = {}, std::chrono::milliseconds limit = std::chrono::seconds(5));
  /// One request on its own connection: everything the server says until it closes.
  static std::string ask(std::uint16_t port, std::string_view bytes);
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  void finish_sending();
  [[nodiscard]] int descriptor() const noexcept { return fd_; }

private:
  int fd_;
  bool ended_ = false;
};

/// A condition that other threads make true; waits at most `limit`.
class flag {
public:
  void set();
  [[nodiscard]] bool wait(std::chrono::milliseconds limit = std::chrono::seconds(5));

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

/// Polls a condition without a fixed pause longer than a millisecond; false if it did not come true in time.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::milliseconds limit = std::chrono::seconds(5));

} // namespace troupe::net::http
