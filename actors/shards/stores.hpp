#pragma once
#include "actors/shards/interface.hpp"
#include "actors/store/interface.hpp"
#include <map>

namespace troupe::actors::shards {

/// The members of the shards in this process, as the directory tells of them. Whoever holds one sends the directory
/// `(watch_atom, role, itself)` for each role of `unknown_roles`, and hands what it is told to `changed`.
class stores {
public:
  /// The roles of shards of the map that were not asked for before.
  [[nodiscard]] std::vector<std::string> unknown_roles(const shard_map& map);
  /// True if the role is that of a member.
  bool changed(std::string_view role, const caf::strong_actor_ptr& player);
  /// Null while there is none.
  [[nodiscard]] store::store_actor find(std::uint32_t shard) const;

private:
  std::map<std::uint32_t, store::store_actor> known_;
};

/// "store/<shard>".
[[nodiscard]] std::string store_role(std::uint32_t shard);

} // namespace troupe::actors::shards
