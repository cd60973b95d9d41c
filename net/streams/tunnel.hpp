#pragma once
#include "net/http/byte_stream.hpp"
#include "net/websocket/session.hpp"

namespace troupe::net::streams {

/// A byte stream carried in the binary messages of a WebSocket, cut anywhere.
class tunnel final : public http::byte_stream {
public:
  explicit tunnel(std::shared_ptr<websocket::session> socket) : socket_(std::move(socket)) {}
  ~tunnel() override { socket_->close(); }

  void start(std::function<void(std::string_view)> on_data, std::function<void()> on_close) override;
  std::optional<std::size_t> write(std::string bytes) override {
    return socket_->send(websocket::opcode::binary, bytes);
  }
  void on_drained(std::function<void()> callback) override { socket_->on_drained(std::move(callback)); }
  void pause() override { socket_->pause(); }
  void resume() override { socket_->resume(); }
  void expire_after(std::chrono::milliseconds time) override { socket_->expire_after(time); }
  void close() override { socket_->close(); }
  void abort() override { socket_->abort(); }
  [[nodiscard]] bool closed() const noexcept override { return socket_->closed(); }
  [[nodiscard]] std::size_t pending() const noexcept override { return socket_->pending(); }

private:
  std::shared_ptr<websocket::session> socket_;
};

} // namespace troupe::net::streams
