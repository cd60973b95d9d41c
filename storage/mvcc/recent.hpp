#pragma once
#include "storage/mvcc/types.hpp"
#include <optional>
#include <string_view>
#include <unordered_map>

namespace troupe::storage::mvcc {

/// Newest versions of the keys in use, also of keys known to be absent (null): a write looks its key up twice, and
/// most writes go to keys that were written lately. Two generations instead of a list: when the young one is full it
/// becomes the old one, and what is used again moves back.
class recent_versions {
public:
  explicit recent_versions(std::size_t bytes_max) : half_(bytes_max / 2) {}
  /// Nothing = unknown.
  [[nodiscard]] std::optional<key_value_ptr> find(std::string_view key);
  void put(std::string_view key, key_value_ptr kv);

private:
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>()(s); }
  };
  using generation = std::unordered_map<std::string, key_value_ptr, hash, std::equal_to<>>;

  std::size_t half_;
  std::size_t bytes_ = 0; ///< of young_, about
  generation young_, old_;
};

} // namespace troupe::storage::mvcc
