#pragma once
#include "storage/engine/batch.hpp"
#include "storage/engine/error.hpp"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::storage::engine {

/// Which keys a scan visits. Empty `upper` = no bound.
struct scan_options {
  std::string lower, upper; ///< [lower, upper)
  /// Only keys that equal `lower` but for the family's suffix are wanted: lets the engine skip files by their filter.
  bool one_prefix = false;
};

/// Walks one family in byte order of the keys, as of the moment it was made. Short-lived: it pins memory and files.
class cursor {
public:
  virtual ~cursor() = default;
  /// To the first key >= `key`.
  virtual void seek(std::string_view key) = 0;
  /// To the last key.
  virtual void seek_last() = 0;
  virtual void next() = 0;
  [[nodiscard]] virtual bool valid() const = 0;
  /// These hold until the cursor moves.
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  /// Why the cursor became invalid; nothing when it ran off the end.
  [[nodiscard]] virtual result<void> status() const = 0;
};

/// A consistent state of all families.
class view {
public:
  virtual ~view() = default;
  /// Positioned before the first key: seek first.
  [[nodiscard]] virtual std::unique_ptr<cursor> scan(family where, const scan_options& options) const = 0;
};

enum class durability : std::uint8_t {
  sync,    ///< on disk when the write returns
  deferred ///< survives a crash only after the next flush (or, with a write-ahead log, a sync)
};

/// An ordered key-value store with families. One writer at a time; reads and flushes may run beside it.
/// After a failed write every further write fails with `closed`: what the disk holds is then unknown.
class engine {
public:
  virtual ~engine() = default;
  [[nodiscard]] virtual result<std::optional<std::string>> find(family where, std::string_view key) const = 0;
  [[nodiscard]] virtual std::unique_ptr<cursor> scan(family where, const scan_options& options) const = 0;
  [[nodiscard]] virtual std::shared_ptr<const view> snapshot() const = 0;
  [[nodiscard]] virtual result<void> write(const batch& changes, durability wanted) = 0;
  /// Starts to make everything written so far durable. With `wait`, returns when it is.
  [[nodiscard]] virtual result<void> flush(bool wait) = 0;
  /// Counts the changes written; grows with every write.
  [[nodiscard]] virtual std::uint64_t sequence() const = 0;
  /// Everything up to this sequence survives a crash, without any write-ahead log.
  [[nodiscard]] virtual std::uint64_t flushed_sequence() const = 0;
  /// Bytes on disk and in memory, about.
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
  /// Reads everything and compares all checksums.
  [[nodiscard]] virtual result<void> verify() const = 0;
};

struct family_options {
  std::string name;
  /// Length of the key's tail that tells versions of one thing apart; 0 = whole keys. See `scan_options::one_prefix`.
  std::size_t suffix_bytes = 0;
};

struct options {
  std::string path;                     ///< directory, made if missing
  std::vector<family_options> families; ///< in the order of their indices
  std::size_t write_buffer_bytes = 8 << 20;
  std::size_t cache_bytes = 8 << 20;
  /// False: deferred writes live in memory until they are flushed, all families at the same instant.
  bool write_ahead_log = true;
  bool compress = false;
  /// An existing database up to this size is read completely at open, so that any damage is found before it is used.
  std::uint64_t verify_bytes_max = 16 << 20;
};

/// Opens or creates. A directory that holds other families than asked for is `foreign`.
[[nodiscard]] result<std::unique_ptr<engine>> open_rocksdb(const options& o);
/// For tests and simulation: no disk, no threads. Every write is durable as far as `flushed_sequence` tells.
[[nodiscard]] std::unique_ptr<engine> open_memory(const options& o);

} // namespace troupe::storage::engine
