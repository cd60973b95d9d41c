#pragma once
#include "storage/mvcc/types.hpp"
#include <string_view>

/// What a backup holds: leases and the newest version of every key at one revision (docs/formats/storage.md).
namespace troupe::storage::backup {

inline constexpr std::string_view first_line = "troupe-backup 1\n";
inline constexpr std::string_view first_line_start = "troupe-backup "; ///< of any version
/// The digest begins at a multiple of this, by which etcd's clients know that they got a whole file.
inline constexpr std::size_t block_bytes = 512;

struct header {
  mvcc::revision revision = 0;
  std::int64_t taken_seconds = 0; ///< since 1970, by the clock of whoever asked for it
  bool operator==(const header&) const = default;
};

struct lease {
  mvcc::lease_id id = 0;
  std::int64_t ttl_seconds = 0; ///< granted; it starts anew after a restore
  bool operator==(const lease&) const = default;
};

/// Kinds of records in data chunks.
enum class record_kind : std::uint8_t { lease = 1, key = 2 };

/// Of a whole backup.
struct summary {
  header head;
  std::uint64_t leases = 0, keys = 0;
  std::uint64_t file_bytes = 0;
  std::uint32_t hash = 0; ///< CRC-32C of all records: the same for the same content
  std::string sha256;     ///< of the file without its last 32 bytes, which are it; in hexadecimal
};

} // namespace troupe::storage::backup
