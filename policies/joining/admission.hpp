#pragma once
#include "policies/api/status.hpp"
#include "policies/cluster/node_record.hpp"
#include "policies/joining/messages.hpp"
#include "policies/joining/token.hpp"
#include <optional>
#include <string>
#include <vector>

namespace troupe::policies::joining {

/// What a request to join is judged by: the cluster as one read of the store showed it.
struct cluster_view {
  std::vector<cluster::node_record> nodes;
  std::uint64_t last_id = 0;  ///< the highest id ever given
  std::string cluster_cidr;
  std::string program;        ///< version of the control-plane node that judges
  std::int64_t now = 0;       ///< Unix seconds
};

/// Whether a token lets its bearer in. Null: there is no such token, or the secret was wrong; the two look the same to
/// a stranger.
[[nodiscard]] api::result<void> check_token(const token_record* token, std::int64_t now);
/// Whether a node with that clock and program fits this cluster.
[[nodiscard]] api::result<void> check_fit(const join_request& request, const cluster_view& cluster);

/// The record of the new node. `known` is the record of a node that has joined with the same key before: it gets the
/// same answer again, since the first one may have been lost. All refusals say what to do.
[[nodiscard]] api::result<cluster::node_record> admit(const join_request& request, const token_record* token,
                                                      const cluster_view& cluster, const cluster::node_record* known);

/// The lowest free /24 of the cluster's range; none if all are taken. Those of removed nodes are free.
[[nodiscard]] std::optional<std::string> free_pod_range(const std::string& cluster_cidr,
                                                        const std::vector<cluster::node_record>& nodes);

/// Whether programs of these versions can be in one cluster: the same major version, and minor versions that follow
/// each other, so that a cluster can be upgraded one node at a time.
enum class fit { good, too_old, too_new, unreadable };
[[nodiscard]] fit version_fit(std::string_view node, std::string_view cluster);

/// Whether a node may be taken out: 404 for one that is not there, 409 for the last one that can hold the store.
[[nodiscard]] api::result<cluster::node_record> may_remove(const std::string& name,
                                                           const std::vector<cluster::node_record>& nodes);

} // namespace troupe::policies::joining
