#pragma once
#include "net/http/message.hpp"
#include "net/http/responder.hpp"
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace troupe::net::streams {

/// Numbered as in Kubernetes' channel protocols.
enum class channel : std::uint8_t { in = 0, out = 1, err = 2, status = 3, resize = 4 };

/// What the request's query asks for. `err` must be false where `tty` is true: a terminal has one output.
struct stream_options {
  bool in = false, out = false, err = false, tty = false;
};

/// What a client does, told on the I/O thread, one call at a time; must not block.
struct remote_callbacks {
  /// `in` and `resize` ({"Width":w,"Height":h}).
  std::function<void(channel, std::string_view)> on_data;
  /// The client sends no more on that channel; known for `in` with SPDY and with version 5 on WebSocket.
  std::function<void(channel)> on_end;
  /// The connection is over, by whoever. The last call.
  std::function<void()> on_close;
};

/// The server's end of one exec or attach session, whatever is spoken on the wire: WebSocket (v5, v4, base64) or
/// SPDY/3.1 (v4). All calls are thread-safe; the session lives until it is finished or the client goes.
class remote_streams {
public:
  virtual ~remote_streams() = default;
  /// Queues output on `out` or `err`. Answers the bytes not yet taken by the kernel, or nothing if the session is over;
  /// a client that leaves more than 4 MiB unread is closed. Stop producing well before, and go on at `on_drained`.
  virtual std::optional<std::size_t> write(channel to, std::string_view bytes) = 0;
  /// `callback` runs on the I/O thread whenever nothing is pending any more.
  virtual void on_drained(std::function<void()> callback) = 0;
  /// Stops and restarts delivery of what the client sends, for a process that does not read.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// Sends the meta/v1 Status document that tells the exit code, then ends the session in order.
  virtual void finish(std::string_view status_json) = 0;
  /// Ends the session at once.
  virtual void abort() = 0;
  [[nodiscard]] virtual bool closed() const noexcept = 0;
};
using remote_streams_ptr = std::shared_ptr<remote_streams>;

/// Why a request was not upgraded: an answer for the caller to give.
struct refusal {
  int status;
  std::string message;
};

struct remote_acceptor {
  /// The session is ready; what is returned is told from now on. Runs on the I/O thread or within `accept_remote`.
  std::function<remote_callbacks(remote_streams_ptr)> on_ready;
  /// Upgraded, but the client went or did not open its streams in time. Runs instead of `on_ready`.
  std::function<void(std::string_view why)> on_failed;
};

/// Upgrades a request for exec or attach, as its headers say. Where it is refused, nothing has been answered yet.
[[nodiscard]] tl::expected<void, refusal>
accept_remote(const http::request& what, const http::responder& answer, stream_options options,
              remote_acceptor acceptor, std::chrono::milliseconds creation_limit = std::chrono::seconds(30));

} // namespace troupe::net::streams
