#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::actors::cluster {

enum class runtime_kind { embedded, hollow };

/// What one process of a cluster is told. Paths are absolute.
struct cluster_config {
  std::uint64_t node_id = 1;                 ///< given by the cluster and never again to another; 1: the first node
  std::string cluster_id;                    ///< a UUID, the same on all nodes
  bool control_plane = true;                 ///< store, API server and what goes with them
  bool worker = true;                        ///< runs pods
  std::string data_dir;
  std::string run_dir;                       ///< state that a reboot may take
  std::string instance;                      ///< at most 9 of [a-z0-9-]: part of names in the kernel
  std::string node_name;
  std::string node_ip;                       ///< IPv4 address by which others reach this node
  std::string api_address = "0.0.0.0";
  std::uint16_t api_port = 6443;             ///< 0: any free port
  std::string version;                       ///< of the program
  std::string link_address = "0.0.0.0";      ///< where actors of other nodes are met
  std::uint16_t link_port = 6440;            ///< 0: any free port
  std::uint32_t link_silence_ms = 2'000;     ///< a node that was silent so long is gone; 1,500 to 60,000
  std::string etcd_listen;                   ///< HOST:PORT where the store's etcd API is served; empty: nowhere
  std::string etcd_url;                      ///< by which clients reach it, once it is served
  std::string pod_cidr = "10.244.0.0/24";    ///< of this node
  std::string cluster_cidr = "10.244.0.0/16";
  std::string service_cidr = "10.96.0.0/16";
  std::string dns_address = "10.96.0.10";
  std::string domain = "cluster.local";
  runtime_kind runtime = runtime_kind::embedded;
  std::uint32_t hollow_nodes = 0;            ///< simulated nodes beside the real one
  std::uint32_t hollow_delay_ms = 0;         ///< from the binding of a hollow pod to its start
  std::uint32_t workers = 2;                 ///< API server workers
  bool sync = true;                          ///< false: the store stays in memory, for tests
};

} // namespace troupe::actors::cluster
