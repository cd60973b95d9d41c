#pragma once
#include "policies/api/object.hpp"
#include "policies/services/address.hpp"
#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::services {

/// Where traffic of a service port may go.
struct endpoint {
  ipv4 address = 0;
  std::uint16_t port = 0;
  auto operator<=>(const endpoint&) const = default;
};

/// Ready ones, or those that end but still serve if none is ready (KEP-1669). Both lists are sorted and unique.
struct backends {
  std::vector<endpoint> cluster; ///< on any node
  std::vector<endpoint> local;   ///< on the given node
};

/// Label of an EndpointSlice that names its service.
inline constexpr std::string_view service_name_label = "kubernetes.io/service-name";

/// The endpoints of one service port, from the service's IPv4 slices.
[[nodiscard]] backends backends_of(const std::vector<api::object_ptr>& slices, std::string_view port_name,
                                   std::string_view protocol, std::string_view node);

} // namespace troupe::policies::services
