#pragma once
#include "net/spdy/session.hpp"
#include "net/streams/port_forward.hpp"
#include <atomic>
#include <map>
#include <mutex>

namespace troupe::net::streams {

class forward_session;

/// One pair of streams.
class forward_pair final : public forwarded_connection {
public:
  forward_pair(std::shared_ptr<forward_session> session, spdy::stream_id data, spdy::stream_id error)
      : data_(data), error_(error), session_(std::move(session)) {}
  ~forward_pair() override;
  std::optional<std::size_t> write(std::string_view bytes) override;
  void on_drained(std::function<void()> callback) override;
  void pause() override;
  void resume() override;
  void end() override;
  void fail(std::string_view message) override;

  [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
  const spdy::stream_id data_, error_;
  std::shared_ptr<forward_session> session_;
  std::atomic<bool> paused_{false}, ended_{false};
};

/// The server's end of a port-forward session: matches data with error streams by their request id.
class forward_session final : public std::enable_shared_from_this<forward_session> {
public:
  forward_session(std::shared_ptr<spdy::session> session, forward_acceptor acceptor)
      : session_(std::move(session)), acceptor_(std::move(acceptor)) {}
  void start();

  // For the pairs, from any thread.
  [[nodiscard]] spdy::session& wire() noexcept { return *session_; }
  void pause();
  void resume();
  void on_drained(spdy::stream_id data, std::function<void()> callback);
  void finished(spdy::stream_id data);

private:
  struct half { spdy::stream_id error = 0, data = 0; std::uint16_t port = 0; };
  void opened(spdy::stream_id stream, const spdy::header_list& fields);
  void connect(const half& both);
  void closed();
  [[nodiscard]] std::shared_ptr<forward_callbacks> find(spdy::stream_id data);
  std::shared_ptr<forward_callbacks> take(spdy::stream_id data);

  std::shared_ptr<spdy::session> session_;
  forward_acceptor acceptor_;
  // The I/O thread only.
  std::map<std::string, half> waiting_;  ///< by request id
  std::mutex mutex_;
  // Guarded by mutex_; callbacks are run and destroyed without it, because they may call back. By data stream:
  std::map<spdy::stream_id, std::shared_ptr<forward_callbacks>> open_;
  std::map<spdy::stream_id, std::function<void()>> drained_;
  unsigned paused_ = 0;
};

} // namespace troupe::net::streams
