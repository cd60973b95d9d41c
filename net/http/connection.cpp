#include "net/http/connection.hpp"
#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace troupe::net::http {

namespace asio = boost::asio;

namespace {

/// Below this a driver is asked for more output.
constexpr std::size_t low_water = 64 * 1024;
/// Pieces up to this size are copied together, so that they share a TLS record.
constexpr std::size_t copy_max = 1024;
/// What one step may write on one connection before others get their turn.
constexpr std::size_t burst_max = 1024 * 1024;
/// TLS does not make larger records.
constexpr std::size_t record_max = 16 * 1024;
constexpr auto linger_limit = std::chrono::seconds(2);
/// In Go's words, to a client that speaks HTTP where TLS is spoken.
constexpr std::string_view plain_to_tls =
    "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
constexpr std::size_t linger_bytes_max = 8 * 1024 * 1024;

} // namespace

connection::connection(loop& io, asio::ip::tcp::socket socket, std::shared_ptr<traffic> counters)
    : io_(io), socket_(std::move(socket)), counters_(std::move(counters)) {}

connection::~connection() { io_.forget(*this); }

void connection::start(std::unique_ptr<driver> first, const tls::context* settings, tls::role side,
                       const std::string& peer_name, clock::duration handshake_limit) {
  io_.move_in(shared_from_this());
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  driver_ = std::move(first);
  const auto descriptor = socket_.native_handle();
  channel_ = settings != nullptr ? std::make_unique<tls::channel>(descriptor, *settings, side, peer_name)
                                 : std::make_unique<tls::channel>(descriptor);
  phase_ = phase::handshake;
  set_deadline(io_.now() + handshake_limit);
  handshake();
}

void connection::replace(std::unique_ptr<driver> next) {
  io_.bury(std::shared_ptr<driver>(std::move(driver_)));
  driver_ = std::move(next);
}

void connection::handshake() {
  switch (channel_->handshake()) {
    case tls::progress::done:
      phase_ = phase::open;
      set_deadline(clock::time_point::max());
      driver_->opened();
      // The peer's first bytes may have come along with its last handshake message.
      if (phase_ == phase::open && channel_->has_buffered()) on_readable();
      else wait_readable();
      return;
    case tls::progress::want_read: return wait_readable();
    case tls::progress::want_write: return wait_writable();
    default:
      if (channel_->error() == "http request")
        ::send(socket_.native_handle(), plain_to_tls.data(), plain_to_tls.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      return end(ending::failed);
  }
}

void connection::wait_readable() {
  if (reading_ || phase_ == phase::over || (paused_ && phase_ != phase::lingering)) return;
  reading_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
    self->io_.step([&] {
      self->reading_ = false;
      if (error || self->phase_ == phase::over) return;
      if (self->phase_ == phase::handshake) self->handshake();
      else if (self->phase_ == phase::lingering) self->linger_read();
      else self->on_readable();
    });
  });
}

void connection::wait_writable() {
  if (writing_ || phase_ == phase::over) return;
  writing_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](boost::system::error_code error) {
    self->io_.step([&] {
      self->writing_ = false;
      if (error || self->phase_ == phase::over) return;
      if (self->phase_ == phase::handshake) self->handshake();
      else self->touch();
    });
  });
}

void connection::on_readable() {
  do {
    if (paused_ || phase_ == phase::ending) return;
    const auto got = channel_->read(io_.input());
    switch (got.state) {
      case tls::progress::done:
        counters_->in.fetch_add(got.bytes, std::memory_order_relaxed);
        driver_->received({io_.input().data(), got.bytes});
        break;
      case tls::progress::want_read: return wait_readable();
      case tls::progress::want_write: return wait_writable();
      case tls::progress::end:
        paused_ = true;
        return driver_->peer_ended();
      case tls::progress::failed: return end(ending::failed);
    }
  } while (phase_ == phase::open && channel_->has_buffered());
  wait_readable();
}

void connection::resume_reading() {
  if (!paused_) return;
  paused_ = false;
  // Through the socket rather than at once: the caller may be in the middle of handling earlier bytes.
  if (channel_->has_buffered()) {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
      self->io_.step([&] {
        if (self->phase_ == phase::open) self->on_readable();
      });
    });
  } else {
    wait_readable();
  }
}

void connection::send(std::string_view bytes) {
  if (phase_ == phase::over || bytes.empty()) return;
  if (out_.size() == head_ || out_.back().shared || out_.back().text.size() + bytes.size() > record_max)
    out_.push_back({});
  out_.back().text += bytes;
  queued_ += bytes.size();
  touch();
}

void connection::send(std::shared_ptr<const std::string> bytes) {
  if (bytes->size() <= copy_max) return send(std::string_view(*bytes));
  if (phase_ == phase::over) return;
  queued_ += bytes->size();
  out_.push_back({{}, std::move(bytes)});
  touch();
}

std::string_view connection::next_output() {
  const auto first = out_[head_].view().substr(offset_);
  const auto unit = channel_->secure() ? record_max : io_.output().size();
  if (first.size() >= unit || head_ + 1 == out_.size()) return first;
  auto into = io_.output().first(unit);
  std::size_t size = 0;
  for (auto at = head_; at < out_.size() && size < unit; ++at) {
    const auto piece = at == head_ ? first : out_[at].view();
    const auto n = std::min(piece.size(), unit - size);
    std::memcpy(into.data() + size, piece.data(), n);
    size += n;
  }
  return {into.data(), size};
}

void connection::consume(std::size_t bytes) {
  queued_ -= bytes;
  while (bytes > 0) {
    const auto left = out_[head_].view().size() - offset_;
    if (bytes < left) {
      offset_ += bytes;
      return;
    }
    bytes -= left;
    offset_ = 0;
    out_[head_++] = {};
  }
  if (head_ == out_.size()) {
    head_ = 0;
    // Idle connections keep no buffers.
    if (out_.capacity() > 8) std::vector<segment>().swap(out_);
    else out_.clear();
  } else if (head_ > 64 && head_ * 2 > out_.size()) {
    out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

/// False if nothing more can be written now.
bool connection::write_some() {
  const auto wrote = channel_->write(next_output());
  switch (wrote.state) {
    case tls::progress::done:
      counters_->out.fetch_add(wrote.bytes, std::memory_order_relaxed);
      consume(wrote.bytes);
      write_deadline_ = clock::time_point::max();
      driver_->sent(wrote.bytes);
      return true;
    case tls::progress::want_read: wait_readable(); break;
    case tls::progress::want_write: break;
    default: end(ending::failed); return false;
  }
  await_room();
  return false;
}

void connection::await_room() {
  wait_writable();
  if (write_deadline_ != clock::time_point::max()) return;
  write_deadline_ = io_.now() + write_timeout_;
  refresh_deadline();
}

void connection::flush() {
  if (phase_ != phase::open && phase_ != phase::ending) return;
  const bool had_output = queued_ > 0;
  std::size_t written = 0;
  for (;;) {
    if (queued_ < low_water && phase_ == phase::open) driver_->fill();
    if (phase_ == phase::over || queued_ == 0) break;
    const auto old = queued_;
    if (!write_some()) return;
    written += old > queued_ ? old - queued_ : 0;
    if (written > burst_max && queued_ > 0) return await_room();
  }
  if (phase_ == phase::over) return;
  if (had_output || written > 0) driver_->drained();
  if (phase_ == phase::ending && queued_ == 0) {
    channel_->shutdown();
    phase_ = phase::lingering;
    driver_deadline_ = io_.now() + linger_limit;
    refresh_deadline();
    linger_read();
  }
}

void connection::linger_read() {
  // The bytes are of no interest any more, not even their decryption.
  for (;;) {
    const auto n = ::recv(socket_.native_handle(), io_.input().data(), io_.input().size(), 0);
    if (n > 0 && (lingered_ += static_cast<std::size_t>(n)) < linger_bytes_max) continue;
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return wait_readable();
    return end(ending::finished);
  }
}

void connection::end_after_flush() {
  if (phase_ != phase::open) return;
  phase_ = phase::ending;
  paused_ = true;
  touch();
}

void connection::end(ending why) {
  if (phase_ == phase::over) return;
  const bool goodbye = phase_ == phase::open && why != ending::failed && why != ending::aborted;
  phase_ = phase::over;
  if (goodbye) channel_->shutdown();
  boost::system::error_code ignored;
  socket_.close(ignored);
  io_.forget(*this);
  std::vector<segment>().swap(out_);
  head_ = offset_ = queued_ = 0;
  auto last = std::move(driver_);
  last->closed(why);
  // The driver may be on the stack, and so may be our caller.
  io_.bury(std::shared_ptr<driver>(std::move(last)));
  const auto self = shared_from_this();
  io_.bury(self);
  io_.move_out(*this);
  tenancy_.reset();
}

void connection::set_deadline(clock::time_point when) {
  driver_deadline_ = when;
  refresh_deadline();
}

void connection::refresh_deadline() { io_.expire_at(*this, std::min(driver_deadline_, write_deadline_)); }

void connection::expired() {
  if (phase_ == phase::over) return;
  if (write_deadline_ <= io_.now() && queued_ > 0) return end(ending::timed_out);
  if (driver_deadline_ > io_.now()) return refresh_deadline();
  driver_deadline_ = clock::time_point::max();
  switch (phase_) {
    case phase::handshake: return end(ending::timed_out);
    case phase::lingering: return end(ending::finished);
    case phase::open: return driver_->deadline_passed();
    default: return;
  }
}

} // namespace troupe::net::http
