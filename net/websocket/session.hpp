#pragma once
#include "net/http/byte_stream.hpp"
#include "net/websocket/frame.hpp"
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace troupe::net::websocket {

/// Random bytes for masks, which only clients need.
using mask_source = std::function<mask()>;

struct session_config {
  role self = role::server;
  std::size_t message_max = 8 << 20;  ///< bytes of one message, after which the peer is closed with 1009
  mask_source masks;                  ///< clients must give one
};

/// What a session tells its user, on the I/O thread, one call at a time.
struct session_callbacks {
  /// `kind` is text or binary.
  std::function<void(opcode kind, std::string_view payload)> on_message;
  /// The last call: the code of the peer's close frame, or `abnormal` if the connection just ended.
  std::function<void(close_code code, std::string_view reason)> on_close;
};

/// Messages over an upgraded connection: answers pings and close frames, refuses what violates the protocol. All calls
/// are thread-safe. Once started it lives until the connection ends; before, dropping it closes the connection.
class session final : public std::enable_shared_from_this<session> {
public:
  [[nodiscard]] static std::shared_ptr<session> open(http::byte_stream_ptr link, session_config config);
  ~session();
  session(const session&) = delete;

  /// Once.
  void start(session_callbacks callbacks);
  /// As `byte_stream::write`.
  std::optional<std::size_t> send(opcode kind, std::string_view payload);
  void ping(std::string_view payload);
  /// Sends a close frame and ends the connection. Later calls do nothing.
  void close(close_code code = close_code::normal, std::string_view reason = {});
  void abort() { link_->abort(); }
  void pause() { link_->pause(); }
  void resume() { link_->resume(); }
  void expire_after(std::chrono::milliseconds time) { link_->expire_after(time); }
  void on_drained(std::function<void()> callback) { link_->on_drained(std::move(callback)); }
  [[nodiscard]] bool closed() const noexcept { return closing_ || link_->closed(); }
  [[nodiscard]] std::size_t pending() const noexcept { return link_->pending(); }

private:
  session(http::byte_stream_ptr link, session_config config);
  void received(std::string_view bytes);
  void handle(const message& what);

  http::byte_stream_ptr link_;
  session_config config_;
  reader reader_;
  session_callbacks callbacks_;
  std::atomic<bool> closing_{false};
  std::mutex mutex_;  ///< keeps masks and frames in one order
  // The I/O thread only.
  close_code peer_code_ = close_code::abnormal;
  std::string peer_reason_;
  bool over_ = false;
};

} // namespace troupe::net::websocket
