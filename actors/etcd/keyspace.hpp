#pragma once
#include "storage/mvcc/types.hpp"
#include <string>
#include <string_view>

namespace troupe::actors::etcd {

namespace mvcc = storage::mvcc;

/// Which keys of a store are the clients': those below a prefix, which they never see. Whatever they ask for stays
/// below it. The empty prefix gives them the whole store.
class keyspace {
public:
  keyspace() = default;
  explicit keyspace(std::string prefix);

  /// As the store has a client's key. The empty key stays empty, which the store refuses.
  [[nodiscard]] std::string inside(const std::string& key) const;
  /// The same for a range as etcd spells it.
  [[nodiscard]] mvcc::key_range inside(const std::string& key, const std::string& range_end) const;
  /// As the client has a key of the store, which must be one of the clients'.
  [[nodiscard]] std::string_view outside(std::string_view key) const { return key.substr(prefix_.size()); }
  [[nodiscard]] bool contains(std::string_view key) const { return key.starts_with(prefix_); }

private:
  std::string prefix_;
  std::string end_; ///< the first key behind all that begin with the prefix
};

/// That of a cluster, in shard 0: beside the API's objects (`/registry/`) and the cluster's own records (`/troupe/`).
inline constexpr std::string_view cluster_prefix = "/etcd/";

} // namespace troupe::actors::etcd
