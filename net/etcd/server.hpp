#pragma once
#include "net/etcd/handler.hpp"
#include <optional>
#include <tl/expected.hpp>

namespace troupe::net::etcd {

/// PEM texts.
struct server_tls {
  std::string certificate, key;
  std::string client_ca; ///< empty = clients need no certificate
};

struct server_config {
  std::string host = "127.0.0.1";
  std::uint16_t port = 2379;         ///< 0 = any that is free
  std::optional<server_tls> tls;     ///< without: plain text, and only on a loopback address
  /// Whether the client with this certificate (PEM) may call; null = all whom TLS lets in may. Asked once for each
  /// connection. Everything is refused to others with `permission_denied`.
  std::function<bool(const std::string& certificate_pem)> admits;
  std::size_t request_bytes_max = 1536 << 10; ///< of a request; a gRPC message may have 512 KiB more
  std::size_t calls_max = 16384;     ///< unary calls without an answer; above: `resource_exhausted`
  std::size_t streams_max = 16384;   ///< open streams; above: `resource_exhausted`
};

/// The etcd v3 services over gRPC.
class server {
public:
  /// Listens and serves. `h` must outlive the server. The error is a sentence.
  [[nodiscard]] static tl::expected<std::unique_ptr<server>, std::string> start(const server_config& c, handler& h);
  virtual ~server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Takes no more calls, lets those under way end for so long, then cuts them off. Blocks.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

/// Whether plain text may be spoken there: 127.0.0.0/8, ::1 and localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

} // namespace troupe::net::etcd
