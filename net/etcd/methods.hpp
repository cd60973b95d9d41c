#pragma once
#include <optional>
#include <string_view>

namespace troupe::net::etcd {

/// The methods of etcd's services.
enum class method : int {
  range, put, delete_range, txn, compact,
  watch,
  lease_grant, lease_revoke, lease_time_to_live, lease_leases, lease_keep_alive,
  member_list, alarm, status, defragment, hash, hash_kv, snapshot, move_leader,
  /// Known, but not for clients to decide here: members follow the nodes of the cluster.
  refused,
};

/// "/etcdserverpb.KV/Put" and so on.
[[nodiscard]] std::optional<method> find_method(std::string_view path) noexcept;

} // namespace troupe::net::etcd
