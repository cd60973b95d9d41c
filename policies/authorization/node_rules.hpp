#pragma once
#include "policies/authorization/attributes.hpp"
#include <string_view>

namespace troupe::policies::authorization {

/// Which objects the pods of a node refer to: the graph of Kubernetes' node authorizer.
class node_references {
public:
  virtual ~node_references() = default;
  /// Whether a pod bound to the node uses the object (`resource` is "secrets", "configmaps",
  /// "persistentvolumeclaims", "persistentvolumes" or "serviceaccounts"), or is it ("pods").
  [[nodiscard]] virtual bool refers(std::string_view node, std::string_view resource, std::string_view ns,
                                    std::string_view name) const = 0;
};

/// Decides about a kubelet, a user named "system:node:<node>" in the group "system:nodes", as Kubernetes 1.32 does: it
/// reads services, its own node and its pods, single secrets, config maps, claims and volumes that its pods use, and
/// writes its own node, its lease, its pods' status, evictions, events, and tokens for its pods' accounts. What depends
/// on the content of a write is left to the admission plugin NodeRestriction. No opinion about other users, and about
/// what a node may not. Without `references` a node is related to nothing.
[[nodiscard]] verdict authorize_node(const attributes& request, const node_references* references);

} // namespace troupe::policies::authorization
