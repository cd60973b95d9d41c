#pragma once
#include "net/streams/remote_streams.hpp"

namespace troupe::net::streams {

/// What a client does on one forwarded connection, told on the I/O thread; must not block.
struct forward_callbacks {
  std::function<void(std::string_view)> on_data;
  std::function<void()> on_end;    ///< the client sends no more
  std::function<void()> on_close;  ///< reset by the client, or the session is over. The last call, unless ended by us.
};

/// One connection of a port-forward session: a pair of data and error streams. All calls are thread-safe.
class forwarded_connection {
public:
  virtual ~forwarded_connection() = default;
  virtual std::optional<std::size_t> write(std::string_view bytes) = 0;
  virtual void on_drained(std::function<void()> callback) = 0;
  /// Stops and restarts delivery. The connections of a session share one wire without flow control, so that all of them
  /// stop until the last that paused resumes.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// The target sends no more; ends the connection.
  virtual void end() = 0;
  /// Tells the client why forwarding failed, in words for its user, and ends the connection.
  virtual void fail(std::string_view message) = 0;
};
using forwarded_connection_ptr = std::shared_ptr<forwarded_connection>;

struct forward_acceptor {
  /// A new connection to `port` of the pod.
  std::function<forward_callbacks(std::uint16_t port, forwarded_connection_ptr)> on_connection;
  /// The session is over.
  std::function<void()> on_close;
};

/// Upgrades a request for port-forward: SPDY/3.1 (`portforward.k8s.io`), raw or inside the messages of a WebSocket
/// (`SPDY/3.1+portforward.k8s.io`). The session lives until the client goes.
[[nodiscard]] tl::expected<void, refusal> accept_port_forward(const http::request& what, const http::responder& answer,
                                                              forward_acceptor acceptor);

} // namespace troupe::net::streams
