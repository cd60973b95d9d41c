#include "net/etcd/methods.hpp"
#include <algorithm>
#include <array>
#include <utility>

namespace troupe::net::etcd {

namespace {

constexpr std::string_view package = "/etcdserverpb.";
using entry = std::pair<std::string_view, method>;
constexpr std::array methods = {
  entry{"Cluster/MemberAdd", method::refused},
  entry{"Cluster/MemberList", method::member_list},
  entry{"Cluster/MemberPromote", method::refused},
  entry{"Cluster/MemberRemove", method::refused},
  entry{"Cluster/MemberUpdate", method::refused},
  entry{"KV/Compact", method::compact},
  entry{"KV/DeleteRange", method::delete_range},
  entry{"KV/Put", method::put},
  entry{"KV/Range", method::range},
  entry{"KV/Txn", method::txn},
  entry{"Lease/LeaseGrant", method::lease_grant},
  entry{"Lease/LeaseKeepAlive", method::lease_keep_alive},
  entry{"Lease/LeaseLeases", method::lease_leases},
  entry{"Lease/LeaseRevoke", method::lease_revoke},
  entry{"Lease/LeaseTimeToLive", method::lease_time_to_live},
  entry{"Maintenance/Alarm", method::alarm},
  entry{"Maintenance/Defragment", method::defragment},
  entry{"Maintenance/Hash", method::hash},
  entry{"Maintenance/HashKV", method::hash_kv},
  entry{"Maintenance/MoveLeader", method::move_leader},
  entry{"Maintenance/Snapshot", method::snapshot},
  entry{"Maintenance/Status", method::status},
  entry{"Watch/Watch", method::watch},
};
static_assert(std::is_sorted(methods.begin(), methods.end()));

} // namespace

std::optional<method> find_method(std::string_view path) noexcept {
  if (!path.starts_with(package)) return std::nullopt;
  path.remove_prefix(package.size());
  const auto at = std::lower_bound(methods.begin(), methods.end(), path,
                                   [](const entry& e, std::string_view name) { return e.first < name; });
  if (at == methods.end() || at->first != path) return std::nullopt;
  return at->second;
}

} // namespace troupe::net::etcd
