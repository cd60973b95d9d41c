#pragma once
#include "policies/api/object.hpp"
#include "policies/oci/config.hpp"
#include <string>
#include <string_view>
#include <vector>

/// What a pod is called and whom it asks for names.
namespace troupe::policies::node {

/// Cluster facts that every pod's resolv.conf needs.
struct cluster_dns {
  std::vector<std::string> servers; ///< addresses of the cluster's DNS; empty: there is none
  std::string domain = "cluster.local";
  oci::dns_config host;             ///< the node's own resolv.conf
};

/// By dnsPolicy and dnsConfig; at most 3 servers, 32 search domains of 2048 characters together.
[[nodiscard]] oci::dns_config pod_dns(const api::object& pod, const cluster_dns& cluster);
/// Reads the text of a resolv.conf.
[[nodiscard]] oci::dns_config parse_resolv_conf(std::string_view text);

/// `spec.hostname` or the pod's name, at most 63 characters; with setHostnameAsFQDN the whole name.
[[nodiscard]] std::string pod_hostname(const api::object& pod, std::string_view cluster_domain);
/// "<hostname>.<subdomain>.<ns>.svc.<domain>", or empty without a subdomain.
[[nodiscard]] std::string pod_fqdn(const api::object& pod, std::string_view cluster_domain);

/// The pod's /etc/hosts. With host network the node's file comes first, as `node_hosts`.
[[nodiscard]] std::string hosts_file(const api::object& pod, const std::vector<std::string>& pod_ips,
                                     std::string_view cluster_domain, std::string_view node_hosts);

/// Ports of app and init containers that ask for a host port; with host network none, they are there anyway.
[[nodiscard]] std::vector<oci::port_mapping> host_ports(const api::object& pod);

} // namespace troupe::policies::node
