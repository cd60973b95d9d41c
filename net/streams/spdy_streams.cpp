#include "net/streams/spdy_streams.hpp"
#include <algorithm>

namespace troupe::net::streams {

namespace {

constexpr std::array all_channels{channel::in, channel::out, channel::err, channel::status, channel::resize};
constexpr std::array<std::string_view, 5> type_names{"stdin", "stdout", "stderr", "error", "resize"};

} // namespace

spdy_streams::spdy_streams(std::shared_ptr<spdy::session> session, stream_options options, remote_acceptor acceptor)
    : session_(std::move(session)), options_(options), acceptor_(std::move(acceptor)) {}

bool spdy_streams::wanted(channel which) const noexcept {
  switch (which) {
    case channel::in: return options_.in;
    case channel::out: return options_.out;
    case channel::err: return options_.err;
    case channel::status: return true;
    case channel::resize: return options_.tty;
  }
  return false;
}

void spdy_streams::start(std::chrono::milliseconds creation_limit) {
  session_->expire_after(creation_limit);
  const auto self = shared_from_this();
  session_->start({
      .on_stream = [self](spdy::stream_id id, const spdy::header_list& fields) { self->opened(id, fields); },
      .on_reply = {},
      .on_data =
          [self](spdy::stream_id id, std::string_view bytes) {
            const auto from = self->channel_of(id);
            if ((from == channel::in || from == channel::resize) && self->callbacks_.on_data)
              self->callbacks_.on_data(*from, bytes);
          },
      .on_end =
          [self](spdy::stream_id id) {
            const auto from = self->channel_of(id);
            if (from == channel::in && self->callbacks_.on_end) self->callbacks_.on_end(*from);
          },
      .on_reset =
          [self](spdy::stream_id id) {
            const auto from = self->channel_of(id);
            if (from == channel::in && self->callbacks_.on_end) self->callbacks_.on_end(*from);
          },
      .on_close =
          [self] {
            const auto acceptor = std::exchange(self->acceptor_, {});
            const auto last = std::exchange(self->callbacks_, {});
            if (last.on_close) last.on_close();
            else if (!self->ready_ && acceptor.on_failed) acceptor.on_failed("the client did not open its streams");
          },
  });
}

void spdy_streams::opened(spdy::stream_id stream, const spdy::header_list& fields) {
  const auto type = spdy::find(fields, "streamtype");
  const auto named = std::find(type_names.begin(), type_names.end(), type);
  const auto at = static_cast<std::size_t>(named - type_names.begin());
  if (named == type_names.end() || !wanted(static_cast<channel>(at)) || streams_[at] != 0)
    return session_->reset(stream, spdy::reset_status::refused_stream);
  streams_[at] = stream;
  session_->accept(stream);
  const bool complete = std::all_of(all_channels.begin(), all_channels.end(), [&](channel each) {
    return !wanted(each) || streams_[static_cast<std::size_t>(each)] != 0;
  });
  if (!complete || ready_) return;
  ready_ = true;
  session_->expire_after(std::chrono::milliseconds(0));
  const auto acceptor = std::exchange(acceptor_, {});
  callbacks_ = acceptor.on_ready(shared_from_this());
}

std::optional<channel> spdy_streams::channel_of(spdy::stream_id stream) const noexcept {
  for (const auto each : all_channels)
    if (streams_[static_cast<std::size_t>(each)] == stream) return each;
  return {};
}

std::optional<std::size_t> spdy_streams::write(channel to, std::string_view bytes) {
  return session_->write(streams_[static_cast<std::size_t>(to)], bytes);
}

void spdy_streams::finish(std::string_view status_json) {
  for (const auto each : {channel::out, channel::err})
    if (const auto id = streams_[static_cast<std::size_t>(each)]; id != 0) session_->end(id);
  const auto error = streams_[static_cast<std::size_t>(channel::status)];
  session_->write(error, status_json);
  session_->end(error);
  session_->close();
}

} // namespace troupe::net::streams
