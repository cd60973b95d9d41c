#pragma once
#include "net/http/connection.hpp"
#include "net/tls/context.hpp"
#include <atomic>
#include <functional>
#include <optional>
#include <tl/expected.hpp>

namespace troupe::net::http {

struct listener_config {
  std::string address = "127.0.0.1"; ///< IP address to listen on, "::" for all
  std::uint16_t port = 0;            ///< 0: any free port, see `listener::port`
  std::optional<tls::context> tls;   ///< none: plain text
  unsigned threads = 1;              ///< I/O threads, 1 to 8
  std::string name = "http";         ///< of the threads
  std::size_t connections_max = 20'000; ///< beyond: closed on accept
  std::chrono::milliseconds handshake_timeout{10'000};
  std::chrono::milliseconds write_timeout{60'000}; ///< peer takes no byte of what is queued
};

/// Totals since start, except for the first, which is current.
struct arrivals {
  std::atomic<std::uint64_t> connections{0}, accepted{0}, refused{0};
};

/// Accepts connections and spreads them over its loops, whatever protocol they speak.
class listener {
public:
  /// Makes the driver of a new connection; on its loop's thread, before the handshake.
  using protocol = std::function<std::unique_ptr<driver>(connection&)>;

  /// Listens and starts. The error is a sentence for the operator ("listen on 10.0.0.1:6443: Address already in use").
  [[nodiscard]] static tl::expected<std::unique_ptr<listener>, std::string> start(listener_config config,
                                                                                  protocol speak);
  /// As `stop`.
  ~listener();
  listener(const listener&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] const arrivals& counts() const noexcept;
  [[nodiscard]] const traffic& wire() const noexcept;
  /// New connections use this context from now on: rotation of certificates.
  void use(tls::context context);

  /// Stops accepting, retires the drivers, and closes what is left after `deadline`. Blocks; true if all ended by
  /// themselves.
  bool drain(std::chrono::milliseconds deadline);
  /// Closes everything and joins the threads.
  void stop();

private:
  struct impl;
  explicit listener(std::unique_ptr<impl> impl);
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::net::http
