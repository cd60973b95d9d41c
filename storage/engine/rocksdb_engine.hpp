#pragma once
#include "storage/engine/engine.hpp"
#include <atomic>
#include <mutex>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

namespace troupe::storage::engine {

/// Maps what RocksDB says to our errors; never called with an OK status.
[[nodiscard]] failure from_status(const rocksdb::Status& s, std::string_view doing);

/// Included by engine.cpp only: nothing else in the project sees a RocksDB header.
class rocksdb_engine final : public engine {
public:
  static result<std::unique_ptr<engine>> open(const options& o);
  rocksdb_engine() = default;
  ~rocksdb_engine() override;

  result<std::optional<std::string>> find(family where, std::string_view key) const override;
  std::unique_ptr<cursor> scan(family where, const scan_options& options) const override;
  std::shared_ptr<const view> snapshot() const override;
  result<void> write(const batch& changes, durability wanted) override;
  result<void> flush(bool wait) override;
  std::uint64_t sequence() const override;
  std::uint64_t flushed_sequence() const override;
  std::uint64_t size_bytes() const override;
  result<void> verify() const override;

  [[nodiscard]] std::unique_ptr<cursor> scan_at(family where, const scan_options& options,
                                                const rocksdb::Snapshot* at) const;

private:
  /// Written by RocksDB's flush thread: the largest sequence that the family flushed last has on disk.
  class flush_listener;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::shared_ptr<flush_listener> listener_;
  rocksdb::WriteBatch scratch_;
  bool write_ahead_log_ = true;
  std::atomic<bool> failed_{false};
};

} // namespace troupe::storage::engine
