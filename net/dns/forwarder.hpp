#pragma once
#include "net/dns/cache.hpp"
#include <boost/asio/io_context.hpp>
#include <functional>
#include <random>

namespace troupe::net::dns {

struct forwarder_config {
  std::vector<std::uint32_t> upstreams; ///< IPv4 in host byte order; asked in this order
  std::uint16_t port = 53;
  std::chrono::milliseconds timeout{2000}; ///< for one server
  std::size_t in_flight_max = 1000;
  std::size_t cache_max = 10'000;
};

/// Asks other name servers. Belongs to the thread of its context, as long as which runs it must live.
class forwarder {
public:
  /// Nothing: no server answered.
  using handler = std::function<void(std::optional<message>)>;
  forwarder(boost::asio::io_context& context, forwarder_config config, std::uint64_t seed);

  /// Answers from the cache at once, else when a server has answered. `stream`: over TCP, which has room for
  /// everything.
  void ask(const question& q, bool stream, handler done);

private:
  boost::asio::io_context& context_;
  forwarder_config config_;
  std::mt19937_64 random_;
  cache cache_;
  std::size_t in_flight_ = 0;
};

} // namespace troupe::net::dns
