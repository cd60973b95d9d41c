#pragma once
#include "net/http/message.hpp"
#include "net/http/responder.hpp"
#include "net/tls/context.hpp"
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace troupe::net::http {

/// Bounds on what strangers may cost. Past a bound the client gets the right HTTP error and, where needed, is closed.
struct limits {
  std::size_t header_bytes_max = 1 << 20;          ///< request line and fields; beyond: 431
  std::size_t body_bytes_max = 3 * 1024 * 1024;    ///< beyond: 413, and the rest is not read into memory
  std::size_t buffered_bytes_max = 512 << 20; ///< request bodies in memory at one time, all connections; beyond: 503
  std::size_t stream_pending_bytes_max = 4 << 20;  ///< unread bytes of one streamed answer; beyond: stream closed
  std::size_t connections_max = 20'000;            ///< beyond: closed on accept
  std::uint32_t streams_per_connection_max = 250;  ///< HTTP/2 SETTINGS_MAX_CONCURRENT_STREAMS
  std::chrono::milliseconds handshake_timeout{10'000};
  std::chrono::milliseconds header_timeout{32'000};  ///< from the first byte of a request to the end of its head
  std::chrono::milliseconds body_timeout{60'000};    ///< from the end of the head to the end of the body
  std::chrono::milliseconds idle_timeout{90'000};    ///< keep-alive without a request in progress
  std::chrono::milliseconds write_timeout{60'000};   ///< peer takes no byte of what is queued
};

/// Body and type of an answer that the server itself must give (400, 413, 431, 500, 503, …).
struct error_body { std::string content_type, text; };

struct server_config {
  std::string address = "127.0.0.1";  ///< IP address to listen on, "::" for all
  std::uint16_t port = 0;             ///< 0: any free port, see `server::port`
  std::optional<tls::context> tls;    ///< none: plain HTTP
  unsigned threads = 1;               ///< I/O threads, 1 to 8
  http::limits limits;
  /// Answers in the API's own language; plain text when not set. Runs on an I/O thread.
  std::function<error_body(int status, std::string_view message)> describe_error;
};

/// Totals since start, except for the first three, which are current.
struct server_metrics {
  std::uint64_t connections = 0, requests_in_flight = 0, buffered_bytes = 0;
  std::uint64_t accepted = 0, refused = 0, handshake_failures = 0, requests = 0, bad_requests = 0, timeouts = 0,
                slow_streams_closed = 0, bytes_in = 0, bytes_out = 0;
};

/// An HTTP(S) server: HTTP/2 or HTTP/1.1 as ALPN says, own I/O threads, none per connection.
class server {
public:
  /// Runs on an I/O thread for every request and must not block: hand the responder to whoever does the work.
  using handler = std::function<void(request, responder)>;

  /// Listens and starts. The error is a sentence for the operator ("listen on 10.0.0.1:6443: Address already in use").
  static tl::expected<std::unique_ptr<server>, std::string> start(server_config config, handler on_request);
  /// As `stop`.
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] server_metrics metrics() const noexcept;
  /// New connections use this context from now on: rotation of certificates.
  void use(tls::context context);

  /// Stops accepting, tells clients to go elsewhere (`Connection: close`, GOAWAY), lets requests in progress finish,
  /// and closes what is left after `deadline`. Blocks; true if all ended by themselves.
  bool drain(std::chrono::milliseconds deadline);
  /// Closes everything and joins the threads. Responders may outlive the server; they then do nothing.
  void stop();

private:
  struct impl;
  explicit server(std::unique_ptr<impl> impl);
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::net::http
