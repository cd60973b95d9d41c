#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

struct ssl_ctx_st;

namespace troupe::net::tls {

struct server_options {
  std::string certificate_pem;  ///< leaf first, then intermediates
  std::string key_pem;
  std::string client_ca_pem;    ///< empty: no client certificate is asked for
  std::vector<std::string> alpn{"h2", "http/1.1"};  ///< in order of preference
  /// False as in Kubernetes' API server: the handshake succeeds without or with a wrong certificate and the identity
  /// says so. True: such a peer is refused.
  bool require_client_certificate = false;
};

struct client_options {
  std::string ca_pem;           ///< empty with `verify`: the system's trust store
  std::string certificate_pem;  ///< empty: none is sent
  std::string key_pem;
  bool verify = true;
  std::vector<std::string> alpn;  ///< empty: no ALPN
};

/// TLS settings shared by many connections: a cheap handle to a reference-counted, immutable OpenSSL context.
/// TLS 1.2 and 1.3 only; idle connections release their buffers; no session tickets.
class context {
public:
  /// The error is a sentence that names the item that could not be read.
  [[nodiscard]] static tl::expected<context, std::string> server(const server_options& options);
  [[nodiscard]] static tl::expected<context, std::string> client(const client_options& options);

  [[nodiscard]] ssl_ctx_st* native() const noexcept { return ctx_.get(); }
  [[nodiscard]] bool verifies() const noexcept { return verifies_; }

private:
  context(std::shared_ptr<ssl_ctx_st> ctx, bool verifies) : ctx_(std::move(ctx)), verifies_(verifies) {}
  std::shared_ptr<ssl_ctx_st> ctx_;
  bool verifies_ = false;
};

} // namespace troupe::net::tls
