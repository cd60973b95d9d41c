#pragma once
#include "storage/engine/batch.hpp"
#include "storage/mvcc/types.hpp"

/// The families of the state by their index, and the keys of the small ones.
namespace troupe::storage::mvcc {

inline constexpr engine::family kv_family = 0, revision_family = 1, lease_family = 2, meta_family = 3;

/// Family leases: id (8 bytes, big-endian) -> TTL; id and key -> nothing, for each attached key.
[[nodiscard]] inline std::string lease_key(lease_id id, std::string_view key = {}) {
  std::string out;
  out.reserve(8 + key.size());
  auto bits = static_cast<std::uint64_t>(id);
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(bits >> shift));
  return out.append(key);
}
/// `stored` has at least 8 bytes.
[[nodiscard]] inline lease_id parse_lease(std::string_view stored) {
  std::uint64_t x = 0;
  for (std::size_t i = 0; i < 8; ++i) x = (x << 8) | static_cast<unsigned char>(stored[i]);
  return static_cast<lease_id>(x);
}

/// Family meta, beside the mark: closed fences -> nothing, floors -> revision.
inline constexpr std::string_view fence_keys = "fence/", floor_keys = "floor/";
[[nodiscard]] inline std::string fence_key(std::string_view prefix) { return std::string(fence_keys).append(prefix); }
[[nodiscard]] inline std::string floor_key(std::string_view prefix) { return std::string(floor_keys).append(prefix); }

} // namespace troupe::storage::mvcc
