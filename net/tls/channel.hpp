#pragma once
#include "net/tls/context.hpp"
#include "net/tls/identity.hpp"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace troupe::net::tls {

enum class progress {
  done,        ///< handshake: complete; read and write: some bytes were moved
  want_read,   ///< try again when the socket is readable
  want_write,  ///< try again when the socket is writable
  end,         ///< the peer ended its direction in order
  failed       ///< connection unusable
};
struct outcome { progress state; std::size_t bytes = 0; };

enum class role { server, client };

/// One non-blocking stream socket, with or without TLS. Makes system calls and never waits: whoever owns the event loop
/// calls again when the socket is ready. Does not own the descriptor. OpenSSL reads and writes the socket itself, so
/// that an idle connection holds no buffers.
class channel {
public:
  /// Plain bytes.
  explicit channel(int descriptor) noexcept;
  /// TLS. A client that verifies checks the certificate against `peer_name` (DNS name or IP address), also sent as SNI.
  channel(int descriptor, const context& settings, role side, const std::string& peer_name = {});
  ~channel();
  channel(channel&&) = delete;

  /// To be repeated until done; a plain channel is done at once.
  [[nodiscard]] progress handshake();
  [[nodiscard]] outcome read(std::span<char> into);
  /// After `want_write` or `want_read` the next call must offer at least the same bytes again (they may lie elsewhere).
  [[nodiscard]] outcome write(std::string_view bytes);
  /// True if bytes wait inside OpenSSL, for which the socket will not signal again.
  [[nodiscard]] bool has_buffered() const noexcept;
  /// Says goodbye (TLS close_notify, then TCP FIN), without waiting for the peer's.
  void shutdown() noexcept;

  [[nodiscard]] bool secure() const noexcept { return ssl_ != nullptr; }
  /// Protocol chosen by ALPN, empty if none.
  [[nodiscard]] std::string_view alpn() const noexcept;
  /// After the handshake: the peer's certificate.
  [[nodiscard]] identity peer() const;
  /// The same certificate as it came, whether it may be believed or not; empty without one.
  [[nodiscard]] std::string peer_certificate_pem() const;
  /// Why the handshake or the connection failed, for the log; empty if not known.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

private:
  [[nodiscard]] progress translate(int result);

  int descriptor_;
  ssl_st* ssl_ = nullptr;
  std::string error_;
};

} // namespace troupe::net::tls
