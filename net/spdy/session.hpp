#pragma once
#include "net/http/byte_stream.hpp"
#include "net/spdy/frame.hpp"
#include "net/spdy/header_block.hpp"
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace troupe::net::spdy {

enum class role { server, client };

/// What a session tells its user, on the I/O thread, one call at a time.
struct session_callbacks {
  /// The peer opened a stream; answer with `accept` or `reset`, at once or later.
  std::function<void(stream_id, const header_list&)> on_stream;
  /// The peer accepted a stream of ours.
  std::function<void(stream_id, const header_list&)> on_reply;
  std::function<void(stream_id, std::string_view)> on_data;
  /// The peer will send no more on that stream.
  std::function<void(stream_id)> on_end;
  std::function<void(stream_id)> on_reset;
  /// The last call.
  std::function<void()> on_close;
};

/// SPDY/3.1 streams over a byte stream: what exec, attach and port-forward of kubectl need. There is no flow control,
/// as in the peers' implementations: `pause` stops the whole connection. All calls are thread-safe. Once started the
/// session lives until the connection ends; at most 1024 streams are open at a time, further ones are refused.
class session final : public std::enable_shared_from_this<session> {
public:
  [[nodiscard]] static std::shared_ptr<session> open(http::byte_stream_ptr link, role self);
  ~session();
  session(const session&) = delete;
  void start(session_callbacks callbacks);

  /// Opens a stream; 0 if the connection has ended.
  stream_id open_stream(const header_list& fields, bool fin = false);
  void accept(stream_id stream);
  /// Bytes above 16 MiB are cut into frames. Answers as `byte_stream::write`.
  std::optional<std::size_t> write(stream_id stream, std::string_view bytes);
  /// No more from our side on that stream.
  void end(stream_id stream);
  void reset(stream_id stream, reset_status why);
  /// GOAWAY, then the end once everything queued is out.
  void close();
  void abort() { link_->abort(); }
  void pause() { link_->pause(); }
  void resume() { link_->resume(); }
  void expire_after(std::chrono::milliseconds time) { link_->expire_after(time); }
  void on_drained(std::function<void()> callback) { link_->on_drained(std::move(callback)); }
  [[nodiscard]] bool closed() const noexcept { return link_->closed(); }
  [[nodiscard]] std::size_t pending() const noexcept { return link_->pending(); }

private:
  struct half_state { bool ours_open = true, theirs_open = true; };
  session(http::byte_stream_ptr link, role self);
  void received(std::string_view bytes);
  void handle(frame& what);
  void on_syn_stream(frame& what);
  void on_stream_end(stream_id stream);
  void close_half(stream_id stream, bool half_state::*half);
  void fail();

  http::byte_stream_ptr link_;
  role self_;
  session_callbacks callbacks_;
  std::mutex mutex_;
  header_deflater deflater_;                     // guarded by mutex_, like the order of what it makes
  std::map<stream_id, half_state> streams_;      // guarded by mutex_
  stream_id next_;                               // guarded by mutex_
  bool closing_ = false;                         // guarded by mutex_
  // The I/O thread only.
  reader reader_;
  header_inflater inflater_;
  stream_id last_seen_ = 0;
  bool over_ = false;
};

} // namespace troupe::net::spdy
