#pragma once
#include "net/discovery/listener.hpp"
#include "net/discovery/message.hpp"
#include "net/discovery/secret.hpp"
#include "policies/joining/discovery.hpp"
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace troupe::actors::join {

/// Answers the queries of nodes that look for this cluster and know its secret; to all others it does not exist. The
/// actor puts addresses in, the thread of a listener asks: nothing else is shared.
class answerer {
public:
  struct counts {
    std::uint64_t answered = 0, repeated = 0, too_many = 0;
    std::uint64_t refused = 0; ///< made with another secret, by another version, or without sense
  };
  /// `ca` is the hash of the CA's key, `cluster` a name for people.
  answerer(net::discovery::keys keys, std::string ca, std::string cluster);

  /// From any thread: where API servers are, the own one first. Nobody is answered while there are none.
  void publish(std::vector<std::string> addresses);
  /// From one thread: what is sent back to `from`, if anything.
  [[nodiscard]] std::optional<std::string> answer(std::string_view datagram, const std::string& from,
                                                  policies::queueing::instant now);
  /// From the same thread.
  [[nodiscard]] const counts& seen() const noexcept { return seen_; }

private:
  void refused(net::discovery::fault why, const std::string& from, policies::queueing::instant now);

  net::discovery::keys keys_;
  const std::string ca_, cluster_;
  std::atomic<std::shared_ptr<const std::vector<std::string>>> addresses_;
  policies::joining::query_limit limit_;
  policies::queueing::token_bucket log_{1.0 / 60, 3}; ///< strangers cannot fill the log
  counts seen_;
};

/// An answerer that listens, with its thread.
class answering {
public:
  /// The error is a sentence.
  [[nodiscard]] static tl::expected<std::unique_ptr<answering>, std::string>
  start(net::discovery::keys keys, std::string ca, std::string cluster, const net::discovery::group& where = {});
  ~answering();
  answering(const answering&) = delete;
  answering& operator=(const answering&) = delete;

  void publish(std::vector<std::string> addresses) { who_.publish(std::move(addresses)); }
  [[nodiscard]] std::uint16_t port() const { return listener_->port(); }

private:
  answering(net::discovery::keys keys, std::string ca, std::string cluster);

  answerer who_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::optional<net::discovery::listener> listener_;
  std::thread thread_;
};

} // namespace troupe::actors::join
