#pragma once
#include "net/http/backlog.hpp"
#include "net/http/headers.hpp"
#include "net/http/loop.hpp"
#include "net/http/upgraded_stream.hpp"
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace troupe::net::http {

class exchange;
struct server_core;

/// The side of an exchange that owns the connection: carries out what responders ask. On the loop's thread.
class exchange_sink {
public:
  virtual ~exchange_sink() = default;
  virtual void answer(exchange& of, int status, const headers& fields, std::shared_ptr<const std::string> body) = 0;
  virtual void begin(exchange& of, int status, const headers& fields) = 0;
  virtual void chunk(exchange& of, std::shared_ptr<const std::string> bytes) = 0;
  virtual void finish(exchange& of) = 0;
  virtual void abort(exchange& of) = 0;
  virtual void upgrade(exchange& of, const headers& fields, std::shared_ptr<upgraded_stream> stream) = 0;
};

/// One request and its answer: the meeting point of responders on any thread and the connection on its loop.
class exchange final : public target, public std::enable_shared_from_this<exchange> {
public:
  struct traits {
    bool accepts_gzip = false, upgradable = false, head = false;
  };
  exchange(std::shared_ptr<loop> io, std::shared_ptr<server_core> core, exchange_sink* sink, traits what);
  ~exchange() override;

  // From any thread.
  bool respond(int status, headers fields, std::shared_ptr<const std::string> body);
  bool stream(int status, headers fields, std::size_t pending_max);
  std::shared_ptr<upgraded_stream> upgrade(headers fields);
  std::optional<std::size_t> write(std::shared_ptr<const std::string> chunk);
  void finish();
  void abort();
  void on_close(std::function<void()> callback);
  void on_drained(std::function<void()> callback) { backlog_.on_drained(std::move(callback)); }
  /// The last responder and writer have gone.
  void dropped();
  [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
  [[nodiscard]] bool upgradable() const noexcept { return traits_.upgradable; }
  [[nodiscard]] std::size_t pending() const noexcept { return backlog_.pending(); }

  // On the loop's thread.
  void run(command& what) override;
  /// The connection is done with this exchange; `complete` if the client got the whole answer.
  void detach(bool complete);
  /// So many bytes of chunks have gone out.
  void sent(std::size_t bytes) { backlog_.sent(bytes); }
  [[nodiscard]] bool head() const noexcept { return traits_.head; }

private:
  enum class phase : std::uint8_t { open, answered, streaming, finished, upgraded };
  struct parts {
    int status;
    headers fields;
  };
  bool enter(phase next);

  std::shared_ptr<loop> io_;
  std::shared_ptr<server_core> core_;
  exchange_sink* sink_;  ///< the loop's thread only; null after `detach`
  traits traits_;
  std::atomic<phase> phase_{phase::open};
  std::atomic<bool> closed_{false};
  backlog backlog_;
  std::size_t pending_max_ = 0;  ///< set before the first write
  std::mutex mutex_;
  std::function<void()> on_close_;    // guarded by mutex_
};

/// What responders and writers share; its end means that nobody can answer any more.
class exchange_handle {
public:
  explicit exchange_handle(std::shared_ptr<exchange> owned) : exchange_(std::move(owned)) {}
  ~exchange_handle() { exchange_->dropped(); }
  exchange_handle(const exchange_handle&) = delete;
  [[nodiscard]] exchange& get() const noexcept { return *exchange_; }

private:
  std::shared_ptr<exchange> exchange_;
};

} // namespace troupe::net::http
