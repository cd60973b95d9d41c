#include "net/streams/websocket_streams.hpp"

namespace troupe::net::streams {

websocket_streams::websocket_streams(http::byte_stream_ptr link, websocket::channel_protocol protocol,
                                     stream_options options)
    : socket_(websocket::session::open(std::move(link), {})), protocol_(protocol), options_(options) {}

void websocket_streams::start(remote_callbacks callbacks) {
  callbacks_ = std::move(callbacks);
  // An empty message on the first channel that we write tells clients that the session is established.
  write(options_.out ? channel::out : options_.err ? channel::err : channel::status, {});
  socket_->start({
      .on_message = [self = shared_from_this()](websocket::opcode,
                                                std::string_view payload) { self->received(payload); },
      .on_close =
          [self = shared_from_this()](websocket::close_code, std::string_view) {
            const auto last = std::exchange(self->callbacks_, {});
            if (last.on_close) last.on_close();
          },
  });
}

std::optional<std::size_t> websocket_streams::write(channel to, std::string_view bytes) {
  const auto kind =
      protocol_ == websocket::channel_protocol::v4_base64 ? websocket::opcode::text : websocket::opcode::binary;
  return socket_->send(kind, websocket::encode_channel(protocol_, static_cast<std::uint8_t>(to), bytes));
}

void websocket_streams::finish(std::string_view status_json) {
  write(channel::status, status_json);
  socket_->close();
}

void websocket_streams::received(std::string_view payload) {
  const auto message = websocket::decode_channel(protocol_, payload);
  if (!message) return socket_->close(websocket::close_code::unsupported, "malformed channel message");
  const auto from = static_cast<channel>(message->channel);
  const bool expected = (from == channel::in && options_.in) || (from == channel::resize && options_.tty);
  if (!expected) return;
  if (message->closes) {
    if (callbacks_.on_end) callbacks_.on_end(from);
  } else if (!message->data.empty() && callbacks_.on_data) {
    callbacks_.on_data(from, message->data);
  }
}

} // namespace troupe::net::streams
