#pragma once
#include "policies/api/object_table.hpp"
#include "policies/services/address.hpp"
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::policies::services {

/// A named port of a service or endpoint; `key` is "_name._protocol" in lower case.
struct dns_port {
  std::string key;
  std::uint16_t number = 0;
};

struct dns_endpoint {
  std::string host; ///< its hostname, or its address with dashes
  ipv4 address = 0;
  std::vector<dns_port> ports;
};

/// What the DNS knows of one service.
struct dns_service {
  std::optional<ipv4> cluster_ip; ///< none: headless
  std::string external_name;      ///< of type ExternalName, without a last dot
  std::vector<dns_port> ports;
  std::vector<dns_endpoint> endpoints; ///< of headless services, sorted by host
};

/// The cluster's names as one immutable value: readers on other threads hold a pointer to it while the next one is
/// made.
struct dns_index {
  std::string domain = "cluster.local"; ///< lower case
  std::map<std::string, std::map<std::string, std::shared_ptr<const dns_service>>, std::less<>>
      services;                                  ///< namespace, name
  std::set<std::string, std::less<>> namespaces; ///< those that exist
  std::map<ipv4, std::string> names;             ///< of addresses of services and headless endpoints
};

/// The service as the DNS sees it: headless endpoints are those that are ready, or all that are published.
[[nodiscard]] std::shared_ptr<const dns_service> dns_service_of(const api::object& service,
                                                                const std::vector<api::object_ptr>& slices);

/// All names of the cluster. A namespace without services exists all the same: pod names in it are answered.
[[nodiscard]] std::shared_ptr<const dns_index> make_dns_index(std::string_view domain,
                                                              const api::object_table& services,
                                                              const api::object_table& slices,
                                                              const api::object_table& namespaces);

} // namespace troupe::policies::services
