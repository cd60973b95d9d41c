#pragma once
#include "net/http/message.hpp"
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::net::websocket {

/// True if the request asks for a WebSocket, rightly or not.
[[nodiscard]] bool wants_upgrade(const http::request& what) noexcept;

struct handshake_refusal {
  int status;
  std::string message;
};

struct handshake {
  http::headers answer;  ///< for `responder::upgrade`
  std::string protocol;  ///< the chosen one; empty if none was offered
};

/// The answer to an opening handshake (RFC 6455 section 4.2). `supported` is in our order of preference, the client's
/// order counts first. A client that offers protocols of which we know none is refused with 400, as Kubernetes does;
/// one that offers none gets none.
[[nodiscard]] tl::expected<handshake, handshake_refusal> accept(const http::request& what,
                                                                const std::vector<std::string_view>& supported);

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
[[nodiscard]] std::string accept_key(std::string_view key);

/// Fields of a client's request. `nonce`: 16 random bytes.
[[nodiscard]] http::headers request_fields(std::string_view nonce, const std::vector<std::string_view>& protocols);
/// Checks the server's 101 against what was sent.
[[nodiscard]] bool accepted(std::string_view nonce, const http::headers& answer);

} // namespace troupe::net::websocket
