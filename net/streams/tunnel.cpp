#include "net/streams/tunnel.hpp"

namespace troupe::net::streams {

void tunnel::start(std::function<void(std::string_view)> on_data, std::function<void()> on_close) {
  socket_->start({
      .on_message =
          [socket = socket_.get(), on_data = std::move(on_data)](websocket::opcode kind, std::string_view payload) {
            if (kind == websocket::opcode::binary) on_data(payload);
            else socket->close(websocket::close_code::unsupported, "only binary messages carry the stream");
          },
      .on_close = [on_close = std::move(on_close)](websocket::close_code, std::string_view) { on_close(); },
  });
}

} // namespace troupe::net::streams
