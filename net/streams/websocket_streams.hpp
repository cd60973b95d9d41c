#pragma once
#include "net/streams/remote_streams.hpp"
#include "net/websocket/channels.hpp"
#include "net/websocket/session.hpp"

namespace troupe::net::streams {

/// Remote streams as channels of a WebSocket.
class websocket_streams final : public remote_streams, public std::enable_shared_from_this<websocket_streams> {
public:
  websocket_streams(http::byte_stream_ptr link, websocket::channel_protocol protocol, stream_options options);
  void start(remote_callbacks callbacks);

  std::optional<std::size_t> write(channel to, std::string_view bytes) override;
  void on_drained(std::function<void()> callback) override { socket_->on_drained(std::move(callback)); }
  void pause() override { socket_->pause(); }
  void resume() override { socket_->resume(); }
  void finish(std::string_view status_json) override;
  void abort() override { socket_->abort(); }
  [[nodiscard]] bool closed() const noexcept override { return socket_->closed(); }

private:
  void received(std::string_view payload);

  std::shared_ptr<websocket::session> socket_;
  websocket::channel_protocol protocol_;
  stream_options options_;
  remote_callbacks callbacks_;
};

} // namespace troupe::net::streams
