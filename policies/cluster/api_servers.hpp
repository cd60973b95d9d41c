#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <string>
#include <vector>

/// Where the service `kubernetes` leads: the API servers of all control-plane nodes (kube-apiserver's endpoint
/// reconciler). An address that only its own host reaches is none for pods: such servers are left out.
namespace troupe::policies::cluster {

struct api_server {
  std::string address;
  std::uint16_t port = 0;
  auto operator<=>(const api_server&) const = default;
};

/// The Endpoints `default/kubernetes`: one subset for each port.
[[nodiscard]] api::json::object api_endpoints(std::vector<api_server> servers);
/// The EndpointSlices: `default/kubernetes` for the port that most servers have, `kubernetes-<port>` for each other.
[[nodiscard]] std::vector<api::json::object> api_endpoint_slices(std::vector<api_server> servers);
/// Whether a slice with that name is one of these.
[[nodiscard]] bool is_api_endpoint_slice(std::string_view name) noexcept;

} // namespace troupe::policies::cluster
