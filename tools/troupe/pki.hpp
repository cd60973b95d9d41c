#pragma once
#include "actors/cluster/config.hpp"
#include "net/certificates/certificate.hpp"
#include <string>
#include <tl/expected.hpp>

namespace troupe::tools {

/// The certificates and keys of a node, under `<data-dir>/pki`. Those of the control plane are empty on other nodes.
struct pki {
  std::string authority_pem;                ///< ca.crt: the cluster's CA
  net::certificates::credential node;       ///< node.crt, node.key: what this node shows to others
  net::certificates::credential authority;  ///< with ca.key
  net::certificates::credential server;     ///< apiserver.crt, apiserver.key
  net::certificates::credential admin;      ///< admin.crt, admin.key: system:masters
  net::certificates::key service_account;   ///< sa.key: signs tokens
};

/// Loads what is there. The first node makes what is missing; so do other control-plane nodes, except for what only the
/// cluster can give: the CA and the key for tokens. What is wrong for this machine's addresses, or within 30 days of
/// its end, is made anew. The error is a sentence for the operator.
[[nodiscard]] tl::expected<pki, std::string> open_pki(const actors::cluster::cluster_config& config);

/// Writes a kubeconfig for the admin, readable by its owner only.
[[nodiscard]] tl::expected<void, std::string> write_kubeconfig(const std::string& file, const std::string& server_url,
                                                               const std::string& cluster_name, const pki& keys);

} // namespace troupe::tools
