#pragma once
#include "net/dns/message.hpp"
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <tl/expected.hpp>

namespace troupe::net::dns {

struct server_config {
  std::uint32_t address = 0; ///< IPv4 in host byte order
  std::uint16_t port = 53;   ///< 0: any free one, the same for both transports
  std::size_t connections_max = 128;
  std::size_t in_flight_max = 2000;       ///< datagrams that wait for an answer; more are dropped
  /// Of one client: datagrams that wait, beyond which it is refused, and connections, beyond which they are closed.
  std::size_t client_in_flight_max = 200, client_connections_max = 32;
  std::chrono::milliseconds idle{10'000}; ///< of a connection
};

/// Answers DNS over UDP and TCP. All of it runs on the thread of its context.
class server {
public:
  /// Called once for each question; must call the function once, then or later, from the same thread.
  using resolver = std::function<void(const message& asked, bool stream, std::function<void(message)> reply)>;
  [[nodiscard]] static tl::expected<server, std::string> listen(boost::asio::io_context& context,
                                                                const server_config& config, resolver resolve);
  server(server&&) noexcept;
  server& operator=(server&&) noexcept;
  ~server(); ///< Closes all sockets; answers that come later go nowhere.
  [[nodiscard]] std::uint16_t port() const;

private:
  struct core;
  class connection;
  explicit server(std::shared_ptr<core> c);
  std::shared_ptr<core> core_;
};

/// What is wrong with a question before anybody looks at its name; nothing if it is fine.
[[nodiscard]] std::optional<rcode> refusal(const message& asked);
/// Room for an answer over UDP: 512 bytes, or what the client takes, at most 1232 so that it is never in fragments.
[[nodiscard]] std::size_t datagram_room(const message& asked);

} // namespace troupe::net::dns
