#pragma once
#include "storage/engine/error.hpp"
#include <cstddef>

namespace troupe::storage::engine {

enum class wal_verdict { clean, torn_tail, damaged };

/// How many writes one sync covers: a crash can harm all of them.
enum class writes_per_sync { one, several };

/// Judges the bytes of a log file in RocksDB's format (32 KiB blocks of records with masked CRC-32C, 16-bit length and
/// type), which its write-ahead logs and manifests share. RocksDB alone does not tell a crash from damage: it drops
/// what follows the first bad record, or takes a damaged length for the end of the file.
///
/// A bad record is a torn tail if it is cut off by the end of the file or has a sector of zeros, which is what a lost
/// page reads as, and, where each write was synced before the next, no other write begins behind it. Everything else
/// is damage.
[[nodiscard]] wal_verdict judge_wal(std::string_view file, writes_per_sync written = writes_per_sync::one);

/// Where the last write ends that is whole, as are all before it.
[[nodiscard]] std::size_t end_of_whole_writes(std::string_view file);

/// All write-ahead logs of a database directory, of which only the newest may be torn, and the current manifest.
/// The verdict is that of the newest log.
[[nodiscard]] result<wal_verdict> check_write_ahead_logs(const std::string& path);

/// Cuts the torn tail off the newest log, durably. RocksDB would leave it there and begin a newer log; at the next
/// open it would then lie in the middle, where nothing tells it from damage. The directory must not be open.
[[nodiscard]] result<void> cut_torn_tail(const std::string& path);

} // namespace troupe::storage::engine
