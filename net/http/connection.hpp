#pragma once
#include "net/http/loop.hpp"
#include "net/tls/channel.hpp"
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::net::http {

class connection;

/// Why a connection ended.
enum class ending { peer_closed, failed, timed_out, aborted, finished };

/// The protocol spoken on a connection. All calls come on the loop's thread, within a step.
class driver {
public:
  virtual ~driver() = default;
  /// The transport is ready. Before that only `closed` is called.
  virtual void opened() = 0;
  virtual void received(std::string_view bytes) = 0;
  /// The peer ended its direction; `connection::end` or go on writing.
  virtual void peer_ended() = 0;
  /// The output queue is low: a protocol that makes its bytes late (HTTP/2) adds some now.
  virtual void fill() {}
  virtual void sent(std::size_t /*bytes*/) {}
  /// The output queue has run empty.
  virtual void drained() {}
  virtual void deadline_passed() = 0;
  /// The owner is shutting down: end as soon as what is in progress is done.
  virtual void retire() {}
  /// The last call. The connection is unusable.
  virtual void closed(ending why) = 0;
};

/// Byte counters shared by the connections of one server or client.
struct traffic { std::atomic<std::uint64_t> in{0}, out{0}; };

/// A socket with its TLS state and its queue of output: reads when there is something to read, writes what is queued
/// once a step, calls its driver. Used by both server and client. The loop
/// owns it from `start` to its end.
class connection final : public flushable,
                         public timed,
                         public resident,
                         public std::enable_shared_from_this<connection> {
public:
  connection(loop& io, boost::asio::ip::tcp::socket socket, std::shared_ptr<traffic> counters);
  ~connection() override;

  /// Starts with a handshake if `settings` is given; `handshake_limit` bounds it.
  void start(std::unique_ptr<driver> first, const tls::context* settings, tls::role side, const std::string& peer_name,
             clock::duration handshake_limit);
  /// Held until the connection ends: the owner's book-keeping, whatever driver is in place.
  void keep(std::shared_ptr<void> tenancy) { tenancy_ = std::move(tenancy); }
  /// Puts another driver in place; the old one lives until the end of the step.
  void replace(std::unique_ptr<driver> next);

  /// Queues output; it is written at the end of the step. Small pieces are copied together, large ones shared.
  void send(std::string_view bytes);
  void send(std::shared_ptr<const std::string> bytes);
  void touch() { io_.mark(shared_from_this()); }
  /// Bytes queued and not yet taken by the kernel.
  [[nodiscard]] std::size_t queued() const noexcept { return queued_; }

  void retire() {
    if (driver_) driver_->retire();
  }
  /// Ends the connection now.
  void end(ending why);
  /// Ends it when the queue is empty: says goodbye and for a short time reads and drops what the peer still sends, so
  /// that the last answer is not lost to a TCP reset.
  void end_after_flush();
  [[nodiscard]] bool ended() const noexcept { return phase_ == phase::over; }
  [[nodiscard]] bool ending_soon() const noexcept { return phase_ == phase::ending || phase_ == phase::lingering; }

  void pause_reading() { paused_ = true; }
  void resume_reading();
  /// The driver's own deadline; the write timeout is watched beside it.
  void set_deadline(clock::time_point when);
  void set_write_timeout(clock::duration limit) { write_timeout_ = limit; }

  [[nodiscard]] loop& io() noexcept { return io_; }
  [[nodiscard]] const tls::channel& transport() const noexcept { return *channel_; }
  [[nodiscard]] const boost::asio::ip::tcp::socket& socket() const noexcept { return socket_; }

  void flush() override;
  void expired() override;
  void evict() override { end(ending::aborted); }

private:
  enum class phase { idle, handshake, open, ending, lingering, over };
  struct segment {
    std::string text;
    std::shared_ptr<const std::string> shared;
    [[nodiscard]] std::string_view view() const { return shared ? std::string_view(*shared) : std::string_view(text); }
  };

  void handshake();
  void wait_readable();
  void wait_writable();
  void await_room();
  void on_readable();
  void linger_read();
  bool write_some();
  [[nodiscard]] std::string_view next_output();
  void consume(std::size_t bytes);
  void refresh_deadline();

  loop& io_;
  boost::asio::ip::tcp::socket socket_;
  std::shared_ptr<traffic> counters_;
  std::unique_ptr<tls::channel> channel_;
  std::unique_ptr<driver> driver_;
  std::shared_ptr<void> tenancy_;

  std::vector<segment> out_;  ///< from `head_` on, the first one from `offset_` on
  std::size_t head_ = 0, offset_ = 0, queued_ = 0;
  clock::time_point driver_deadline_ = clock::time_point::max();
  clock::time_point write_deadline_ = clock::time_point::max();
  clock::duration write_timeout_ = std::chrono::seconds(60);
  std::size_t lingered_ = 0;
  phase phase_ = phase::idle;
  bool paused_ = false, reading_ = false, writing_ = false;
};

} // namespace troupe::net::http
