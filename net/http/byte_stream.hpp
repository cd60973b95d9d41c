#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::net::http {

/// A raw, ordered, two-way stream of bytes: what is left of a connection after `101 Switching Protocols`.
/// All calls are thread-safe. Callbacks run on the I/O thread one at a time and must not block. Dropping the last
/// handle closes the stream.
class byte_stream {
public:
  virtual ~byte_stream() = default;

  /// Starts delivery; to be called once. Bytes that came before are kept (at most 64 KiB, then the socket is not read).
  /// `on_close` runs exactly once: the peer ended, failed, or `close` or `abort` took effect. Nothing follows it.
  virtual void start(std::function<void(std::string_view)> on_data, std::function<void()> on_close) = 0;

  /// Queues bytes. Answers the bytes that wait for the socket, or nothing if the stream is closed; a write that would
  /// pass the bound of pending bytes closes it.
  virtual std::optional<std::size_t> write(std::string bytes) = 0;

  /// `callback` runs whenever all queued bytes have been handed to the kernel: the moment to produce more.
  virtual void on_drained(std::function<void()> callback) = 0;

  /// Stops and restarts reading from the socket. Up to one read (64 KiB) may still be delivered after `pause`.
  virtual void pause() = 0;
  virtual void resume() = 0;

  /// Ends the stream as a failure after that time, unless called again; zero: no limit (as at the start).
  virtual void expire_after(std::chrono::milliseconds time) = 0;

  /// Sends what is queued, then closes in an orderly way.
  virtual void close() = 0;
  /// Closes at once; queued bytes are lost.
  virtual void abort() = 0;

  [[nodiscard]] virtual bool closed() const noexcept = 0;
  [[nodiscard]] virtual std::size_t pending() const noexcept = 0;
};

using byte_stream_ptr = std::shared_ptr<byte_stream>;

} // namespace troupe::net::http
