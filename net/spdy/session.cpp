#include "net/spdy/session.hpp"
#include <algorithm>

namespace troupe::net::spdy {

namespace {

constexpr std::size_t streams_max = 1024;
/// The length field of a frame has 24 bits; smaller frames let other streams in between.
constexpr std::size_t data_max = 64 * 1024;

} // namespace

session::session(http::byte_stream_ptr link, role self)
    : link_(std::move(link)), self_(self), next_(self == role::client ? 1 : 2) {}

session::~session() { link_->close(); }

std::shared_ptr<session> session::open(http::byte_stream_ptr link, role self) {
  return std::shared_ptr<session>(new session(std::move(link), self));
}

void session::start(session_callbacks callbacks) {
  callbacks_ = std::move(callbacks);
  link_->start([self = shared_from_this()](std::string_view bytes) { self->received(bytes); },
               [self = shared_from_this()] {
                 const auto last = std::exchange(self->callbacks_, {});
                 if (last.on_close) last.on_close();
               });
}

stream_id session::open_stream(const header_list& fields, bool fin) {
  const std::lock_guard lock(mutex_);
  if (closing_) return 0;
  const auto id = next_;
  next_ += 2;
  streams_[id].ours_open = !fin;
  if (!link_->write(encode_syn_stream(id, deflater_.encode(fields), fin))) return 0;
  return id;
}

void session::accept(stream_id stream) {
  const std::lock_guard lock(mutex_);
  if (!closing_) link_->write(encode_syn_reply(stream, deflater_.encode({}), false));
}

std::optional<std::size_t> session::write(stream_id stream, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(stream);
  if (closing_ || found == streams_.end() || !found->second.ours_open) return {};
  std::optional<std::size_t> pending = link_->pending();
  for (; !bytes.empty() && pending; bytes.remove_prefix(std::min(bytes.size(), data_max)))
    pending = link_->write(encode_data(stream, bytes.substr(0, data_max), false));
  return pending;
}

void session::end(stream_id stream) {
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(stream);
  if (closing_ || found == streams_.end() || !found->second.ours_open) return;
  link_->write(encode_data(stream, {}, true));
  close_half(stream, &half_state::ours_open);
}

/// With the lock held.
void session::close_half(stream_id stream, bool half_state::*half) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second.*half = false;
  if (!found->second.ours_open && !found->second.theirs_open) streams_.erase(found);
}

void session::reset(stream_id stream, reset_status why) {
  const std::lock_guard lock(mutex_);
  if (closing_) return;
  streams_.erase(stream);
  link_->write(encode_rst_stream(stream, why));
}

void session::close() {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return;
    closing_ = true;
    link_->write(encode_goaway(last_seen_, 0));
  }
  link_->close();
}

void session::fail() {
  over_ = true;
  {
    const std::lock_guard lock(mutex_);
    if (!closing_) link_->write(encode_goaway(last_seen_, 1));
    closing_ = true;
  }
  link_->close();
}

void session::received(std::string_view bytes) {
  while (!bytes.empty() && !over_) {
    auto next = reader_.feed(bytes);
    if (!next) return fail();
    if (!*next) return;
    handle(**next);
  }
}

void session::on_syn_stream(frame& what) {
  const auto id = number_at(what.payload, 0).value_or(0) & 0x7fffffffU;
  // The block must be read even of a stream that is refused: compression has state.
  auto fields = what.payload.size() < 10 ? std::nullopt : inflater_.decode(std::string_view(what.payload).substr(10));
  const bool from_peer = (id % 2 == 1) == (self_ == role::server);
  if (!fields || id == 0 || !from_peer || id <= last_seen_) return fail();
  bool refused = false;
  {
    const std::lock_guard lock(mutex_);
    last_seen_ = id;
    refused = streams_.size() >= streams_max;
    if (!refused) streams_[id].theirs_open = true;
  }
  if (refused) return reset(id, reset_status::refused_stream);
  if (callbacks_.on_stream) callbacks_.on_stream(id, *fields);
  if (what.fin()) on_stream_end(id);
}

void session::on_stream_end(stream_id stream) {
  {
    const std::lock_guard lock(mutex_);
    close_half(stream, &half_state::theirs_open);
  }
  if (callbacks_.on_end) callbacks_.on_end(stream);
}

void session::handle(frame& what) {
  const auto first = number_at(what.payload, 0).value_or(0) & 0x7fffffffU;
  switch (what.type) {
    case frame_type::data: {
      bool open = false;
      {
        const std::lock_guard lock(mutex_);
        const auto found = streams_.find(what.stream);
        open = found != streams_.end() && found->second.theirs_open;
      }
      // What is still under way on a stream that we have closed is dropped.
      if (!open) return;
      if (!what.payload.empty() && callbacks_.on_data) callbacks_.on_data(what.stream, what.payload);
      if (what.fin()) on_stream_end(what.stream);
      return;
    }
    case frame_type::syn_stream: return on_syn_stream(what);
    case frame_type::syn_reply:
    case frame_type::headers: {
      const auto fields =
          what.payload.size() < 4 ? std::nullopt : inflater_.decode(std::string_view(what.payload).substr(4));
      if (!fields) return fail();
      if (what.type == frame_type::syn_reply && callbacks_.on_reply) callbacks_.on_reply(first, *fields);
      if (what.fin()) on_stream_end(first);
      return;
    }
    case frame_type::rst_stream: {
      {
        const std::lock_guard lock(mutex_);
        streams_.erase(first);
      }
      if (callbacks_.on_reset) callbacks_.on_reset(first);
      return;
    }
    case frame_type::ping: {
      // Pings of ours would have numbers of our parity; we send none, so that every ping is the peer's.
      const std::lock_guard lock(mutex_);
      if (!closing_) link_->write(encode_ping(what.payload));
      return;
    }
    default: return;  // SETTINGS, WINDOW_UPDATE, GOAWAY: nothing to do; the peer of a GOAWAY closes by itself.
  }
}

} // namespace troupe::net::spdy
