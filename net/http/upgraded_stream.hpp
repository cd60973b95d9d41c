#pragma once
#include "net/http/backlog.hpp"
#include "net/http/byte_stream.hpp"
#include "net/http/loop.hpp"
#include <atomic>
#include <memory>

namespace troupe::net::http {

class connection;
class driver;

/// The shared core of an upgraded connection, used by server and client: commands in, callbacks out.
class upgraded_stream final : public target, public std::enable_shared_from_this<upgraded_stream> {
public:
  upgraded_stream(std::shared_ptr<loop> io, std::size_t pending_max);

  // From any thread.
  void start(std::function<void(std::string_view)> on_data, std::function<void()> on_close);
  std::optional<std::size_t> write(std::string bytes);
  void on_drained(std::function<void()> callback) { backlog_.on_drained(std::move(callback)); }
  void expire_after(std::chrono::milliseconds time);
  void ask(int what);
  [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
  [[nodiscard]] std::size_t pending() const noexcept { return backlog_.pending(); }

  // On the loop's thread.
  void run(command& what) override;
  /// Takes over the connection. `early` came behind the request or answer that upgraded.
  void attach(connection& link, std::string early);
  /// The driver's calls.
  void received(std::string_view bytes);
  void sent(std::size_t bytes) { backlog_.sent(bytes); }
  void peer_ended();
  void expired();
  void ended();

  enum verb { verb_start, verb_write, verb_pause, verb_resume, verb_close, verb_abort, verb_expire };

private:
  struct callbacks {
    std::function<void(std::string_view)> on_data;
    std::function<void()> on_close;
  };

  std::shared_ptr<loop> io_;
  const std::size_t pending_max_;
  std::atomic<bool> closed_{false};
  std::atomic<bool> closing_{false};
  backlog backlog_;
  // The loop's thread only.
  connection* link_ = nullptr;
  std::shared_ptr<callbacks> callbacks_;
  std::string early_;
  bool paused_ = false, over_ = false;
};

/// What users hold: closes the stream when the last of them has gone.
class upgraded_handle final : public byte_stream {
public:
  explicit upgraded_handle(std::shared_ptr<upgraded_stream> core) : core_(std::move(core)) {}
  ~upgraded_handle() override { core_->ask(upgraded_stream::verb_close); }
  void start(std::function<void(std::string_view)> on_data, std::function<void()> on_close) override {
    core_->start(std::move(on_data), std::move(on_close));
  }
  std::optional<std::size_t> write(std::string bytes) override { return core_->write(std::move(bytes)); }
  void on_drained(std::function<void()> callback) override { core_->on_drained(std::move(callback)); }
  void pause() override { core_->ask(upgraded_stream::verb_pause); }
  void resume() override { core_->ask(upgraded_stream::verb_resume); }
  void expire_after(std::chrono::milliseconds time) override { core_->expire_after(time); }
  void close() override { core_->ask(upgraded_stream::verb_close); }
  void abort() override { core_->ask(upgraded_stream::verb_abort); }
  [[nodiscard]] bool closed() const noexcept override { return core_->closed(); }
  [[nodiscard]] std::size_t pending() const noexcept override { return core_->pending(); }

private:
  std::shared_ptr<upgraded_stream> core_;
};

} // namespace troupe::net::http
