#pragma once
#include "policies/cluster/identity.hpp"
#include <string_view>

/// Which roles of the directory cross a link between two nodes. A role that may not cross is not told to the peer, and
/// its actor's id is not let through.
namespace troupe::policies::cluster {

/// True if the node `self` may tell `peer` about its own player of the role. What workers get beyond this is made for
/// each of them alone (actors/gate).
[[nodiscard]] bool may_reach(const node_identity& self, const node_identity& peer, std::string_view role);
/// True if `peer` may play the role for this node.
[[nodiscard]] bool may_offer(const node_identity& peer, std::string_view role);
/// Who opens the connection: workers to control-plane nodes, and among these the higher id to the lower. Two workers
/// have none.
[[nodiscard]] bool dials(const node_identity& self, const node_identity& peer);

} // namespace troupe::policies::cluster
