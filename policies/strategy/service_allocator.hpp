#pragma once
#include "policies/api/json.hpp"
#include "policies/api/status.hpp"
#include "policies/strategy/context.hpp"
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::policies::strategy {

/// Addresses and ports that services may get. One IPv4 range: the cluster is single-stack.
struct service_network {
  std::uint32_t base = 0x0A600000; ///< 10.96.0.0 in host order
  int prefix = 12;                 ///< bits, 8 to 30
  int node_port_first = 30000;
  int node_port_last = 32767; ///< inclusive
  /// "10.96.0.0/12"; empty if the text is no IPv4 CIDR or the prefix is out of bounds.
  [[nodiscard]] static std::optional<service_network> parse(std::string_view cidr);
  [[nodiscard]] std::string cidr() const;
};

/// What existing services hold. State built from services only, so that it can be rebuilt from the store at any time.
class service_allocations {
public:
  void add(const api::json::object& service);
  void remove(const api::json::object& service);
  [[nodiscard]] bool holds_address(std::uint32_t address) const { return addresses_.contains(address); }
  [[nodiscard]] bool holds_port(int port) const { return ports_.contains(port); }
  [[nodiscard]] std::size_t address_count() const noexcept { return addresses_.size(); }

private:
  void count(const api::json::object& service, int by);
  std::map<std::uint32_t, int> addresses_; ///< address to number of holders, never 0
  std::map<int, int> ports_;               ///< node port to number of holders, never 0
};

/// Fills clusterIP(s), ipFamilies, ipFamilyPolicy, node ports and the health check port of a service that is created
/// (`old` is null) or updated, keeping what the old one holds. Random choices prefer the upper band of a range, so
/// that the lower one stays free for values that users ask for (Kubernetes service IP and node port reservation).
/// Fails with 422 in Kubernetes' words when a wanted value is taken or out of range, or the range is full (500).
/// Make it and the store's write one step: two services must not be allocated from the same view at once.
[[nodiscard]] api::result<void> allocate_service(api::json::object& body, const api::json::object* old,
                                                 const service_allocations& held, const service_network& network,
                                                 const random_source& random);

} // namespace troupe::policies::strategy
