#pragma once
#include "policies/services/backends.hpp"
#include <map>
#include <set>

/// What a node does with traffic to services.
namespace troupe::policies::services {

enum class protocol : std::uint8_t { tcp, udp };

/// Whose traffic a rule is for. A service with the external policy Local has two rules for its outside addresses:
/// clients inside the cluster are balanced over all endpoints, others over those of the node.
enum class client : std::uint8_t { any, inside };

/// Where traffic arrives.
struct frontend {
  protocol proto = protocol::tcp;
  client from = client::any;
  ipv4 address = 0; ///< 0: all addresses of the node, as for node ports
  std::uint16_t port = 0;
  auto operator<=>(const frontend&) const = default;
};

/// What happens where there is no endpoint: clients learn at once, or, where other nodes have endpoints, try again.
enum class when_empty : std::uint8_t { reject, drop };

struct route {
  std::vector<endpoint> endpoints; ///< sorted
  /// Session affinity ClientIP: a client stays with its endpoint until it was silent for so long; 0: none.
  std::uint32_t sticky_seconds = 0;
  bool masquerade = false;         ///< endpoints see the node's address, so that answers come back through it
  when_empty otherwise = when_empty::reject;
  bool operator==(const route&) const = default;
};

struct service_routes {
  std::map<frontend, route> routes;
  /// Endpoints on this node: where such a one reaches itself through a service, it must not see its own address.
  std::set<ipv4> hairpins;
};

struct routes_view {
  std::string_view node; ///< this one's name
  ipv4 dns_address = 0;  ///< the node answers it itself: without endpoints there is no rule for it
};

/// The rules of one service. Empty for headless ones, for ExternalName, and for those with the label
/// service.kubernetes.io/service-proxy-name, which another proxy serves.
[[nodiscard]] service_routes routes_of(const api::object& service, const std::vector<api::object_ptr>& slices,
                                       const routes_view& view);

} // namespace troupe::policies::services
