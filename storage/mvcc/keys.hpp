#pragma once
#include "storage/mvcc/types.hpp"
#include <optional>
#include <string>
#include <string_view>

/// How versions lie on disk (docs/formats/storage.md).
///
///   family kv:        escaped key, 00 01, ~main (8 bytes), ~sub (4 bytes)  ->  version record
///   family revisions: main (8 bytes), sub (4 bytes)                        ->  key
///
/// Byte order of the first is by key, then newest version first. 00 in a key is written 00 FF, so that no key's
/// versions lie among those of another.
namespace troupe::storage::mvcc {

/// Place of a change: revision, and its number within the transaction.
struct version_at {
  revision main = 0;
  std::uint32_t sub = 0;
  auto operator<=>(const version_at&) const = default;
};
inline constexpr std::uint32_t newest_sub = 0xffffffff;

/// Bytes behind the key in family kv that tell its versions apart.
inline constexpr std::size_t version_suffix_bytes = 12;

[[nodiscard]] std::string escaped(std::string_view key);
/// Escaped key and terminator: what all versions of the key start with.
[[nodiscard]] std::string version_prefix(std::string_view key);
/// Just behind all versions of a key, given its `version_prefix`.
[[nodiscard]] std::string after_versions(std::string_view prefix);
/// `prefix` is a `version_prefix`.
[[nodiscard]] std::string version_key(std::string_view prefix, version_at at);
[[nodiscard]] std::string revision_key(version_at at);

struct parsed_version {
  std::string_view prefix; ///< a `version_prefix`
  version_at at;
};
/// Nothing if these bytes are no key of family kv.
[[nodiscard]] std::optional<parsed_version> parse_version(std::string_view stored);
[[nodiscard]] std::optional<version_at> parse_revision(std::string_view stored);
/// The key of a `version_prefix`.
[[nodiscard]] std::string unescaped(std::string_view prefix);

/// What is stored of a version, without its value.
struct version_record {
  bool removal = false;
  revision create_revision = 0;
  std::int64_t version = 0;
  lease_id lease = 0;
  std::string_view value; ///< into the input
};
[[nodiscard]] std::string encode_record(const key_value& kv, bool removal);
[[nodiscard]] std::optional<version_record> decode_record(std::string_view data);

} // namespace troupe::storage::mvcc
