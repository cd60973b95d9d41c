#pragma once
#include <caf/timespan.hpp>
#include <chrono>
#include <cstdint>
#include <string>

namespace troupe::actors::network {

struct routes_config {
  std::string instance;     ///< part of the tunnel's name
  std::string cluster_id;   ///< the same on all nodes of a cluster
  std::string node_name;
  std::string node_ip;      ///< IPv4 address by which other nodes reach this one
  std::string pod_cidr;     ///< of this node's pods
  std::string cluster_cidr; ///< of all pods
  std::string service_cidr;
  std::uint16_t vxlan_port = 8472; ///< UDP, the same on all nodes
  bool direct = true;       ///< false: no direct routes, for networks that let only their own addresses pass
  bool hollow = false;      ///< plans, but leaves the kernel alone
  caf::timespan settle = std::chrono::milliseconds(20); ///< changes that come within it are one job
  caf::timespan reconcile = std::chrono::seconds(15);   ///< how often the kernel is compared with the plan
  caf::timespan repair = std::chrono::milliseconds(500);///< the same after a change that others made
  caf::timespan kernel_timeout = std::chrono::seconds(30);
  caf::timespan retry_min = std::chrono::milliseconds(200), retry_max = std::chrono::seconds(15);
};

} // namespace troupe::actors::network
