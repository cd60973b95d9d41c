#pragma once
#include "net/http/listener.hpp"
#include "net/rpc/call.hpp"
#include <variant>

namespace troupe::net::rpc {

/// Who is at the other end of a connection.
struct peer {
  std::string certificate_pem; ///< empty: none
};

/// What a server serves. Used by all its threads.
class service {
public:
  virtual ~service() = default;
  struct answerer {
    std::shared_ptr<callee> who;
    bool eager = false; ///< for calls of one message: it comes unasked, and after `ended` the callee is let go
  };
  /// Asked once for each connection, behind its handshake: why all its calls are refused, or nothing.
  [[nodiscard]] virtual std::optional<status> refuses(const peer&) { return std::nullopt; }
  /// Number of a method ("/etcdserverpb.KV/Put"); nothing if it is not known.
  [[nodiscard]] virtual std::optional<int> find(std::string_view path) const = 0;
  /// Begins a call, or refuses it.
  [[nodiscard]] virtual std::variant<answerer, status> open(int method, std::shared_ptr<call> c) = 0;
};

struct server_config {
  http::listener_config where;
  std::size_t message_bytes_max = 4 << 20;        ///< of a request; beyond: `resource_exhausted`
  std::size_t buffered_bytes_max = 512 << 20;     ///< requests in memory, all calls; beyond: `resource_exhausted`
  std::uint32_t calls_per_connection_max = 65536; ///< HTTP/2 SETTINGS_MAX_CONCURRENT_STREAMS
};

/// What all connections of a server share.
struct shared_state {
  server_config config;
  service& serves;
  std::atomic<std::size_t> buffered_bytes{0};
};

class server {
public:
  /// Listens and serves; `s` must outlive the server. The error is a sentence.
  [[nodiscard]] static tl::expected<std::unique_ptr<server>, std::string> start(server_config config, service& s);
  [[nodiscard]] std::uint16_t port() const noexcept { return door_->port(); }
  /// Takes no more calls, lets those under way end for so long, then cuts them off. Blocks.
  void stop(std::chrono::milliseconds grace) { door_->drain(grace); }

private:
  explicit server(std::unique_ptr<http::listener> door) : door_(std::move(door)) {}
  std::unique_ptr<http::listener> door_;
};

} // namespace troupe::net::rpc
