#include "actors/shards/stores.hpp"
#include <caf/actor_cast.hpp>
#include <charconv>
#include <optional>

namespace troupe::actors::shards {

namespace {

constexpr std::string_view prefix = "store/";

std::optional<std::uint32_t> shard_in(std::string_view role) {
  if (!role.starts_with(prefix)) return std::nullopt;
  role.remove_prefix(prefix.size());
  std::uint32_t id = 0;
  auto end = role.data() + role.size();
  if (role.empty() || std::from_chars(role.data(), end, id) != std::from_chars_result{end, {}}) return std::nullopt;
  return id;
}

} // namespace

std::string store_role(std::uint32_t shard) { return std::string(prefix) + std::to_string(shard); }

std::vector<std::string> stores::unknown_roles(const shard_map& map) {
  std::vector<std::string> out;
  for (auto& s : map.shards)
    if (known_.try_emplace(s.id).second) out.push_back(store_role(s.id));
  return out;
}

bool stores::changed(std::string_view role, const caf::strong_actor_ptr& player) {
  auto id = shard_in(role);
  if (!id) return false;
  known_[*id] = caf::actor_cast<store::store_actor>(player);
  return true;
}

store::store_actor stores::find(std::uint32_t shard) const {
  auto found = known_.find(shard);
  return found == known_.end() ? store::store_actor{} : found->second;
}

} // namespace troupe::actors::shards
