#pragma once
#include "policies/inspection/table.hpp"

namespace troupe::policies::inspection {

/// What a node without a store says.
inline constexpr std::string_view no_store = "it has no store";

/// A node's member of a shard of the store.
struct shard_member {
  std::uint32_t shard = 0;
  std::string node, role; ///< role: "leader", "voter" or "learner"
  std::string leader;     ///< name of the node that leads, as this one knows it
  std::int64_t term = 0, revision = 0, compact_revision = 0;
  std::int64_t commit_index = 0, applied_index = 0, last_index = 0;
  std::int64_t lag = 0;   ///< entries that the leader has committed and this one has not applied
  std::int64_t database_bytes = 0, watches = 0, leases = 0, waiting = 0;
  bool failed = false;
  std::string error;      ///< why there is nothing else; workers have no store and are left out
};

/// From what the inspectors say, `{"nodes": [{"node", "name", "shards": […]}]}`; by shard and node.
[[nodiscard]] std::vector<shard_member> members_of(const api::json::object& answer);

[[nodiscard]] api::json::object document(const shard_member& m);
[[nodiscard]] cells store_table(const std::vector<shard_member>& members);

} // namespace troupe::policies::inspection
