#pragma once
#include "net/spdy/session.hpp"
#include "net/streams/remote_streams.hpp"
#include <array>

namespace troupe::net::streams {

/// Remote streams as SPDY streams, which the client opens one by one: error, then stdin, stdout, stderr and resize as
/// wanted. The session is ready when all have come.
class spdy_streams final : public remote_streams, public std::enable_shared_from_this<spdy_streams> {
public:
  spdy_streams(std::shared_ptr<spdy::session> session, stream_options options, remote_acceptor acceptor);
  void start(std::chrono::milliseconds creation_limit);

  std::optional<std::size_t> write(channel to, std::string_view bytes) override;
  void on_drained(std::function<void()> callback) override { session_->on_drained(std::move(callback)); }
  void pause() override { session_->pause(); }
  void resume() override { session_->resume(); }
  void finish(std::string_view status_json) override;
  void abort() override { session_->abort(); }
  [[nodiscard]] bool closed() const noexcept override { return session_->closed(); }

private:
  void opened(spdy::stream_id stream, const spdy::header_list& fields);
  [[nodiscard]] std::optional<channel> channel_of(spdy::stream_id stream) const noexcept;
  [[nodiscard]] bool wanted(channel which) const noexcept;

  std::shared_ptr<spdy::session> session_;
  stream_options options_;
  remote_acceptor acceptor_;
  remote_callbacks callbacks_;
  std::array<spdy::stream_id, 5> streams_{};  ///< by channel; 0: none. Complete, and constant, once ready.
  bool ready_ = false;
};

} // namespace troupe::net::streams
