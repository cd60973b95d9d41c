#include "actors/runtime/stream_pump.hpp"
#include "actors/runtime/files.hpp"
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace asio = boost::asio;
using streams::channel;

namespace {
/// A packet of conmon's attach socket: one byte and its read buffer.
constexpr std::int64_t packet_limit = 8192 + 1;
constexpr char conmon_stderr = 3;
/// How long output may follow the end of the program: a child of it may hold the pipes for ever.
constexpr std::chrono::milliseconds straggler_limit{200};
} // namespace

stream_pump::stream_pump(asio::io_context& io, caf::actor_addr session, stream_ends ends)
  : pump(std::move(session)), ends_(std::move(ends)), out_(io), err_(io), in_(io), handle_(io), stragglers_(io),
    early_timer_(io) {}

void stream_pump::start() {
  auto open = [](source& s, net::process::fd& file) {
    if (!file) return;
    s.file.assign(file.release());
    s.open = true;
  };
  open(out_, ends_.out);
  open(err_, ends_.err);
  err_.channel = channel::err;
  if (ends_.in) {
    in_.assign(ends_.in.release());
    in_.non_blocking(true);
  }
  started_ = ends_.started_file.empty();
  if (ends_.child.pid > 0) {
    child_alive_ = true;
    handle_.assign(ends_.child.handle.release());
    handle_.async_wait(descriptor::wait_read, [me = shared_from_this()](auto ec) {
      if (!ec) me->child_ended();
    });
  }
  read(out_);
  read(err_);
}

void stream_pump::read(source& from) {
  auto needed = ends_.packets ? packet_limit : 1;
  if (!from.open || from.reading || stopped_ || credit_ < needed) return;
  auto size =
      ends_.packets ? from.buffer.size() : std::min<std::size_t>(from.buffer.size(), static_cast<std::size_t>(credit_));
  from.reading = true;
  from.file.async_read_some(asio::buffer(from.buffer.data(), size),
                            [me = shared_from_this(), &from](auto ec, std::size_t n) {
                              from.reading = false;
                              if (me->stopped_) return;
                              // A terminal ends with an error. A packet socket's end is a read of nothing, which Asio
                              // reports as an end too.
                              if (ec || n == 0)
                                me->end_of(from);
                              else
                                me->take(from, n);
                            });
}

void stream_pump::take(source& from, std::size_t size) {
  auto c = from.channel;
  std::string_view bytes(from.buffer.data(), size);
  if (ends_.packets) {
    if (bytes[0] == conmon_stderr) c = channel::err;
    bytes.remove_prefix(1);
  }
  if (!bytes.empty()) {
    if (!started_) release_early();
    if (started_) {
      credit_ -= static_cast<std::int64_t>(bytes.size());
      say(c, std::string(bytes));
    } else {
      hold_early(std::string(bytes), c);
    }
  }
  heard_ = true;
  read(from);
}

/// Output that comes before the command runs is the runtime's complaint, unless the command was faster than the file.
void stream_pump::hold_early(std::string bytes, channel c) {
  credit_ -= static_cast<std::int64_t>(bytes.size());
  early_.emplace_back(c, std::move(bytes));
  early_timer_.expires_after(std::chrono::milliseconds(10));
  early_timer_.async_wait([me = shared_from_this()](auto ec) {
    if (ec || me->stopped_ || me->started_) return;
    me->release_early();
    if (!me->started_ && me->child_alive_) me->hold_early({}, channel::out);
  });
}

void stream_pump::release_early() {
  if (started_ || !files::exists(ends_.started_file)) return;
  started_ = true;
  for (auto& [c, bytes] : early_)
    if (!bytes.empty()) say(c, std::move(bytes));
  early_.clear();
}

void stream_pump::end_of(source& from) {
  if (!from.open) return;
  from.open = false;
  boost::system::error_code ignored;
  from.file.close(ignored);
  finish_if_done();
}

void stream_pump::input(std::string bytes) {
  if (stopped_ || input_ended_) return;
  queued_bytes_ += bytes.size();
  if (queued_bytes_ > streams::initial_credit + streams::chunk_limit) {
    // The client does not keep to its credit.
    if (!finished_) finish("the client sent more input than it was allowed to");
    return stop();
  }
  queue_.push_back(std::move(bytes));
  write();
}

void stream_pump::write() {
  if (writing_ || stopped_) return;
  if (queue_.empty()) {
    if (!input_ended_ || !in_.is_open()) return;
    boost::system::error_code ignored;
    if (ends_.socket)
      ::shutdown(in_.native_handle(), SHUT_WR);
    else if (!ends_.terminal)
      in_.close(ignored);
    return;
  }
  if (!in_.is_open()) {
    // Nobody reads: the bytes are gone, as they would be in a pipe without a reader.
    auto lost = static_cast<std::uint32_t>(queued_bytes_);
    queue_.clear();
    queued_bytes_ = 0;
    tell({pump_event::kind::credit, channel::in, {}, lost});
    return;
  }
  writing_ = true;
  auto& front = queue_.front();
  // A packet is one message: never larger than the reader's buffer.
  auto size = ends_.packets ? std::min<std::size_t>(front.size(), packet_limit - 1) : front.size();
  in_.async_write_some(asio::buffer(front.data(), size), [me = shared_from_this()](auto ec, std::size_t n) {
    me->writing_ = false;
    if (me->stopped_) return;
    if (ec) {
      boost::system::error_code ignored;
      me->in_.close(ignored);
    } else {
      me->queued_bytes_ -= n;
      me->queue_.front().erase(0, n);
      if (me->queue_.front().empty()) me->queue_.pop_front();
      me->tell({pump_event::kind::credit, channel::in, {}, static_cast<std::uint32_t>(n)});
    }
    me->write();
  });
}

void stream_pump::end_input() {
  if (input_ended_) return;
  input_ended_ = true;
  write();
}

void stream_pump::resize(int width, int height) {
  if (stopped_) return;
  if (ends_.resize) return ends_.resize(width, height);
  if (!ends_.terminal || !in_.is_open()) return;
  winsize size{};
  size.ws_col = static_cast<unsigned short>(width);
  size.ws_row = static_cast<unsigned short>(height);
  (void)::ioctl(in_.native_handle(), TIOCSWINSZ, &size);
}

void stream_pump::grant(std::uint32_t bytes) {
  credit_ = std::min<std::int64_t>(credit_ + bytes, streams::initial_credit);
  read(out_);
  read(err_);
}

void stream_pump::child_ended() {
  code_ = net::process::reap(ends_.child);
  child_alive_ = false;
  release_early();
  if (!ends_.remove_after.empty()) ::unlink(ends_.remove_after.c_str());
  if (stopped_) {
    if (!ends_.started_file.empty()) ::unlink(ends_.started_file.c_str());
    return;
  }
  wait_for_stragglers();
  finish_if_done();
}

void stream_pump::wait_for_stragglers() {
  stragglers_.expires_after(straggler_limit);
  stragglers_.async_wait([me = shared_from_this()](auto ec) {
    // On a busy machine the time may be over before this thread came to read: what it has read is told first.
    if (!ec) asio::post(me->stragglers_.get_executor(), [me] { me->end_of_silence(); });
  });
}

void stream_pump::end_of_silence() {
  if (stopped_) return;
  // A source that waits for credit still has something to say.
  auto talks = [](source& s) { return s.open && (!s.reading || files::has_bytes(s.file.native_handle())); };
  if (std::exchange(heard_, false) || talks(out_) || talks(err_)) return wait_for_stragglers();
  end_of(out_);
  end_of(err_);
}

void stream_pump::finish_if_done() {
  if (finished_ || stopped_ || out_.open || err_.open || child_alive_) return;
  finished_ = true;
  std::string not_started;
  if (!started_ && code_ != 0)
    for (auto& [c, bytes] : early_) not_started += bytes;
  else
    for (auto& [c, bytes] : early_) say(c, std::move(bytes));
  if (!started_ && code_ != 0 && not_started.empty()) not_started = "the command did not start";
  tell({pump_event::kind::closed, channel::out, {}, 0});
  tell({pump_event::kind::closed, channel::err, {}, 0});
  finish(ends_.status ? ends_.status(code_, not_started) : std::string());
  stop();
}

void stream_pump::stop() {
  if (stopped_) return;
  stopped_ = true;
  boost::system::error_code ignored;
  for (auto* file : {&out_.file, &err_.file, &in_}) file->close(ignored);
  stragglers_.cancel();
  early_timer_.cancel();
  if (!child_alive_ && !ends_.started_file.empty()) ::unlink(ends_.started_file.c_str());
  // A program that still runs is reaped when it ends; the wait for that keeps this object.
}

} // namespace troupe::actors::runtime
