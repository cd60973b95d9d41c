#pragma once
#include "net/dns/forwarder.hpp"
#include "net/dns/server.hpp"
#include "policies/services/dns_index.hpp"
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace troupe::actors::dns {

struct service_config {
  std::uint32_t address = 0; ///< where it listens; added to the loopback interface
  std::uint16_t port = 53;
  bool own_address = true;              ///< false: the address is there already
  std::vector<std::uint32_t> upstreams; ///< for names outside the cluster
  std::uint16_t upstream_port = 53;
};

/// The name servers of a resolv.conf's text, without `except`, which would be asked in a circle.
[[nodiscard]] std::vector<std::uint32_t> upstreams_of(std::string_view resolv_conf, std::uint32_t except);

/// The DNS server with its thread. The actor puts an index in, the thread reads the last one: nothing else is shared.
class service {
public:
  /// Listens in the network namespace of the calling thread.
  [[nodiscard]] static tl::expected<std::unique_ptr<service>, std::string> start(const service_config& config,
                                                                                 std::uint64_t seed);
  ~service();
  service(const service&) = delete;
  service& operator=(const service&) = delete;

  /// From any thread.
  void publish(std::shared_ptr<const policies::services::dns_index> index) { index_.store(std::move(index)); }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

private:
  using reply = std::function<void(net::dns::message)>;
  service(const service_config& config, std::uint64_t seed);
  void resolve(const net::dns::message& asked, bool stream, reply done);
  void forward(const net::dns::message& asked, bool stream, reply done);
  void follow(net::dns::message so_far, const net::dns::message& asked, const std::string& name, bool stream,
              reply done);

  std::atomic<std::shared_ptr<const policies::services::dns_index>> index_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  net::dns::forwarder forwarder_;
  std::optional<net::dns::server> server_;
  std::thread thread_;
};

} // namespace troupe::actors::dns
