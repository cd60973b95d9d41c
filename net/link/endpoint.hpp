#pragma once
#include "net/link/connection.hpp"
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

namespace troupe::net::link {

/// What proves a node to others, and others to it.
struct credential {
  std::string certificate_pem, key_pem, ca_pem;
};

struct endpoint_config {
  std::string address = "0.0.0.0";
  std::uint16_t port = 0; ///< 0: any free one
  credential own;
  std::chrono::milliseconds connect_limit{3'000}, handshake_limit{3'000};
  /// Who has proved himself, but is not declared settled in this time, is closed and gives his place back.
  std::chrono::milliseconds hello_limit{5'000};
  /// A peer that sends no byte for so long is gone. Every byte counts, so that a large message over a slow line is
  /// life; time in which the own side does not read does not count. Five times as long the peer may leave bytes
  /// unacknowledged, or its window closed.
  std::chrono::milliseconds silence{2'000};
  std::size_t connections_max = 4096; ///< that came in and have proved themselves; more are closed at once
  /// That have not yet. The oldest of more than so many goes: who means well needs milliseconds, so that no flood of
  /// strangers keeps him out.
  std::size_t strangers_max = 256;
};

using connection_ptr = std::shared_ptr<connection>;

/// The place where a node meets others: accepts and opens TLS 1.3 connections on one thread of its own. Both sides
/// show a certificate of the cluster's CA; who they are is for the caller to judge.
class endpoint {
public:
  /// `accepted` runs on the endpoint's thread for each stranger that has proved himself. The error is a sentence.
  [[nodiscard]] static tl::expected<std::unique_ptr<endpoint>, std::string>
  start(endpoint_config config, std::function<void(connection_ptr)> accepted);
  ~endpoint();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Connects; `done` runs on the endpoint's thread, always. From any thread.
  void dial(const std::string& address, std::uint16_t port,
            std::function<void(tl::expected<connection_ptr, std::string>)> done);
  /// Later handshakes use it; connections that are open stay.
  [[nodiscard]] tl::expected<void, std::string> renew(const credential& own);
  /// Closes the door and ends the thread; nothing runs any more. Idempotent. Connections must be let go before the
  /// endpoint is destroyed.
  void stop();

private:
  struct attempt;
  endpoint(endpoint_config config, std::function<void(connection_ptr)> accepted);
  [[nodiscard]] std::shared_ptr<asio::ssl::context> context();
  void accept();
  void welcome(asio::ip::tcp::socket socket);
  void let_in(const connection_ptr& c);

  endpoint_config config_;
  std::function<void(connection_ptr)> accepted_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::map<std::uint64_t, connection_ptr> strangers_; ///< by the order in which they came; of the endpoint's thread
  std::uint64_t came_ = 0;
  std::shared_ptr<std::atomic<std::size_t>> open_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::mutex mutex_;
  std::shared_ptr<asio::ssl::context> context_; ///< guarded by mutex_
  std::uint16_t port_ = 0;
  std::thread thread_;
};

} // namespace troupe::net::link
