#pragma once
#include <caf/timespan.hpp>
#include <chrono>
#include <string>

namespace troupe::actors::proxy {

struct proxy_config {
  std::string instance;     ///< part of the table's name
  std::string node_name;    ///< endpoints of this node serve policies Local
  std::string service_cidr;
  std::string cluster_cidr;
  std::string dns_address;  ///< the node answers it itself while its service has no endpoints
  bool hollow = false;      ///< plans, but leaves the kernel alone
  caf::timespan settle = std::chrono::milliseconds(5); ///< changes that come within it are one transaction
  caf::timespan kernel_timeout = std::chrono::seconds(60);
  caf::timespan retry_min = std::chrono::milliseconds(200), retry_max = std::chrono::seconds(30);
};

} // namespace troupe::actors::proxy
