#include "storage/mvcc/recent.hpp"

namespace troupe::storage::mvcc {

std::optional<key_value_ptr> recent_versions::find(std::string_view key) {
  if (auto it = young_.find(key); it != young_.end()) return it->second;
  auto it = old_.find(key);
  if (it == old_.end()) return std::nullopt;
  auto kv = it->second;
  put(key, kv);
  return kv;
}

void recent_versions::put(std::string_view key, key_value_ptr kv) {
  constexpr std::size_t overhead = 192; // Nodes, strings and counts.
  auto cost = 2 * key.size() + overhead + (kv && kv->value ? kv->value->size() : 0);
  auto it = young_.find(key);
  if (it == young_.end()) it = young_.emplace(key, nullptr).first;
  it->second = std::move(kv);
  bytes_ += cost;
  if (auto stale = old_.find(key); stale != old_.end()) old_.erase(stale);
  if (bytes_ <= half_) return;
  old_ = std::move(young_);
  young_ = {};
  bytes_ = 0;
}

} // namespace troupe::storage::mvcc
