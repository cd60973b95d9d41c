#pragma once
#include "net/http/byte_stream.hpp"
#include "net/http/headers.hpp"
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe::net::http {

class exchange_handle;

/// The body of a streamed answer (watch, logs): chunked in HTTP/1.1, DATA frames in HTTP/2. A handle that may be
/// copied; all calls are thread-safe. When the last copy goes without `finish`, the answer is cut off so that the
/// client notices.
class stream_writer {
public:
  stream_writer() = default;
  explicit stream_writer(std::shared_ptr<exchange_handle> handle) : handle_(std::move(handle)) {}
  explicit operator bool() const noexcept { return handle_ != nullptr; }

  /// Queues one chunk, without copying it: many watchers may share one. Answers the bytes of this stream not yet taken
  /// by the kernel, or nothing if the stream is over. A write that passes the bound of pending bytes ends the stream:
  /// a peer that does not read is closed, not buffered for. Writes of one burst share system calls.
  std::optional<std::size_t> write(std::shared_ptr<const std::string> chunk) const;
  std::optional<std::size_t> write(std::string chunk) const;
  /// Ends the answer in order. Later writes answer nothing.
  void finish() const;
  /// Ends the answer so that the client sees a failure (closed connection, RST_STREAM).
  void abort() const;
  /// `callback` runs on the I/O thread once if the stream ends otherwise than by `finish`; at once if it has already.
  void on_close(std::function<void()> callback) const;
  /// `callback` runs on the I/O thread whenever no written byte is pending any more.
  void on_drained(std::function<void()> callback) const;
  [[nodiscard]] bool closed() const noexcept;
  [[nodiscard]] std::size_t pending() const noexcept;

private:
  std::shared_ptr<exchange_handle> handle_;
};

/// The one answer to one request. A handle that may be copied, sent to other threads and kept for long; the first of
/// `respond`, `stream` or `upgrade` wins and the others do nothing. When the last copy goes unanswered, the client gets
/// 500. An answer to a client that has gone is dropped silently.
class responder {
public:
  responder() = default;
  explicit responder(std::shared_ptr<exchange_handle> handle) : handle_(std::move(handle)) {}
  explicit operator bool() const noexcept { return handle_ != nullptr; }

  /// Sends a complete answer; Content-Length, Date and, for large bodies that the client accepts compressed, gzip are
  /// added here (compression costs the calling thread, not the I/O thread). False if already answered or client gone.
  bool respond(int status, headers fields, std::shared_ptr<const std::string> body) const;
  bool respond(int status, headers fields, std::string body) const;
  /// Sends the head now and the body by the writer. `pending_bytes_max` 0 means the server's limit. An answer that was
  /// already given yields a writer that is closed.
  [[nodiscard]] stream_writer stream(int status, headers fields, std::size_t pending_bytes_max = 0) const;
  /// HTTP/1.1 only: answers `101 Switching Protocols` with these fields ("Upgrade" and "Connection" included by the
  /// caller) and hands over the connection. Null if not possible or already answered.
  [[nodiscard]] byte_stream_ptr upgrade(headers fields) const;
  [[nodiscard]] bool can_upgrade() const noexcept;

  /// `callback` runs on the I/O thread once if the client goes away before the answer is complete.
  void on_close(std::function<void()> callback) const;
  [[nodiscard]] bool closed() const noexcept;

private:
  std::shared_ptr<exchange_handle> handle_;
};

} // namespace troupe::net::http
