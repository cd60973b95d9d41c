#pragma once
#include "net/link/basp_filter.hpp"
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::net::link {

namespace asio = boost::asio;

/// What the peer's verified certificate says.
struct peer_subject {
  std::string common_name;
  std::vector<std::string> organizations, dns_names;
};

/// What the actors of a link need of a connection to a peer that has proved who it is. Simulation has its own.
class channel {
public:
  virtual ~channel() = default;
  [[nodiscard]] virtual const peer_subject& peer() const noexcept = 0;
  [[nodiscard]] virtual std::string address() const = 0;
  /// Starts the traffic, once. Answers the descriptor of the other end of the local socket, which the caller owns.
  /// `closed` runs once, on the endpoint's thread.
  [[nodiscard]] virtual tl::expected<int, std::string> attach(judge j, std::function<void()> closed) = 0;
  virtual void close() = 0;
  /// The peer has come to the point: the link may stay for as long as both want.
  virtual void settled() {}
};
using channel_ptr = std::shared_ptr<channel>;

/// A TLS connection whose other side has proved that it belongs to the cluster. Its bytes go through the filter to a
/// local socket, of which CAF holds the other end. Lives on the endpoint's thread; `close`, `attach` and `settled` may
/// come from any thread.
class connection final : public channel, public std::enable_shared_from_this<connection> {
public:
  /// `context` is kept until the end, so that credentials may be renewed meanwhile. For `silence` see endpoint_config.
  connection(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context,
             std::chrono::milliseconds silence);
  ~connection() override;

  /// On the endpoint's thread: shakes hands, or fails after `limit`. The error is a sentence.
  void handshake(asio::ssl::stream_base::handshake_type side, std::chrono::milliseconds limit,
                 std::function<void(std::optional<std::string>)> done);
  [[nodiscard]] const peer_subject& peer() const noexcept override { return peer_; }
  [[nodiscard]] std::string address() const override { return address_; }
  [[nodiscard]] tl::expected<int, std::string> attach(judge j, std::function<void()> closed) override;
  void close() override;
  void settled() override;
  /// On the endpoint's thread, after the handshake: closes it after `limit` unless it is `settled` before.
  void expect_settled(std::chrono::milliseconds limit);
  /// Is let go of when the connection is destroyed: its place among those that are counted.
  void keep(std::shared_ptr<void> place) { place_ = std::move(place); }

private:
  void read_peer();
  void inbound();
  void outbound();
  void listen_for_life(std::chrono::steady_clock::time_point until);
  void shut();

  std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<asio::ip::tcp::socket> tls_;
  asio::local::stream_protocol::socket local_;
  asio::steady_timer timer_, life_;
  std::chrono::milliseconds silence_;
  std::chrono::steady_clock::time_point heard_; ///< when bytes came, or when it began to wait for them
  std::string address_;
  peer_subject peer_;
  std::unique_ptr<basp_filter> filter_;
  std::function<void()> closed_;
  bool shut_ = false, settled_ = false;
  bool listening_ = false; ///< it waits for the peer, not for the own side
  std::vector<unsigned char> in_, out_; ///< empty until there is traffic: strangers get none
  std::vector<unsigned char> clean_;
  std::shared_ptr<void> place_;
};

} // namespace troupe::net::link
