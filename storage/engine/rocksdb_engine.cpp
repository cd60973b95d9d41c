#include "storage/engine/rocksdb_engine.hpp"
#include "storage/engine/wal_check.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

namespace troupe::storage::engine {

namespace {

/// RocksDB's own log file: its errors reach us as statuses, and writing it slows every open down.
class silent_logger final : public rocksdb::Logger {
public:
  silent_logger() : rocksdb::Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

/// Write-ahead logs get their size when their space is reserved, not with each write: a sync then has no new size to
/// bring to the disk. Behind the last record lie zeros until the log is closed, which ends it as well as its size.
class sized_logs final : public rocksdb::FileSystemWrapper {
public:
  sized_logs() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "troupe.sized_logs"; }
  rocksdb::FileOptions OptimizeForLogWrite(const rocksdb::FileOptions& o,
                                           const rocksdb::DBOptions& db) const override {
    auto r = FileSystemWrapper::OptimizeForLogWrite(o, db);
    r.fallocate_with_keep_size = false;
    return r;
  }
};

rocksdb::Env* environment() {
  static const auto env = rocksdb::NewCompositeEnv(std::make_shared<sized_logs>());
  return env.get();
}

/// The key without the tail that tells its versions apart.
class without_suffix final : public rocksdb::SliceTransform {
public:
  explicit without_suffix(std::size_t bytes) : bytes_(bytes), name_("troupe.suffix." + std::to_string(bytes)) {}
  const char* Name() const override { return name_.c_str(); }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override { return {key.data(), key.size() - bytes_}; }
  bool InDomain(const rocksdb::Slice& key) const override { return key.size() >= bytes_; }

private:
  std::size_t bytes_;
  std::string name_;
};

rocksdb::Options make_options(const options& o) {
  rocksdb::Options r;
  r.env = environment();
  r.create_if_missing = true;
  r.create_missing_column_families = true;
  r.paranoid_checks = true;
  r.info_log = std::make_shared<silent_logger>();
  r.stats_dump_period_sec = 0;
  r.stats_persist_period_sec = 0;
  r.max_background_jobs = 2;
  r.max_open_files = 256;
  r.max_file_opening_threads = 1;
  r.skip_stats_update_on_db_open = true;
  r.max_manifest_file_size = 4 << 20;
  r.avoid_flush_during_recovery = true;
  r.avoid_flush_during_shutdown = o.write_ahead_log;
  r.allow_concurrent_memtable_write = false; // One writer: no need to pay for more.
  r.enable_write_thread_adaptive_yield = false;
  r.atomic_flush = !o.write_ahead_log;
  r.max_total_wal_size = 2 * o.write_buffer_bytes;
  r.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords; // wal_check.hpp looked before.
  r.track_and_verify_wals_in_manifest = o.write_ahead_log;
  r.write_buffer_size = o.write_buffer_bytes;
  r.max_write_buffer_number = 4;
  r.arena_block_size = 64 << 10;
  r.target_file_size_base = 16 << 20;
  r.max_bytes_for_level_base = 64 << 20;
  // A table that is mostly removals is merged soon, though nothing else asks for it: space comes back without writes.
  constexpr std::size_t window_entries = 4096, removals = 2048;
  constexpr double removals_share = 0.25;
  r.table_properties_collector_factories.push_back(
    rocksdb::NewCompactOnDeletionCollectorFactory(window_entries, removals, removals_share));
  r.compression = o.compress ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(o.cache_bytes, 2);
  table.block_size = 8 << 10;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  r.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return r;
}

rocksdb::ColumnFamilyOptions make_family_options(const rocksdb::Options& base, const family_options& f) {
  rocksdb::ColumnFamilyOptions r(base);
  if (f.suffix_bytes > 0) {
    r.prefix_extractor = std::make_shared<without_suffix>(f.suffix_bytes);
    r.memtable_prefix_bloom_size_ratio = 0.02;
  }
  return r;
}

rocksdb::Slice slice(std::string_view s) { return {s.data(), s.size()}; }
std::string_view text(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

class rocksdb_cursor final : public cursor {
public:
  rocksdb_cursor(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* where, const scan_options& o,
                 const rocksdb::Snapshot* at)
      : lower_(o.lower), upper_(o.upper), lower_slice_(lower_), upper_slice_(upper_) {
    rocksdb::ReadOptions r;
    r.snapshot = at;
    r.total_order_seek = !o.one_prefix;
    r.prefix_same_as_start = o.one_prefix;
    if (!o.one_prefix && !lower_.empty()) r.iterate_lower_bound = &lower_slice_;
    if (!upper_.empty()) r.iterate_upper_bound = &upper_slice_;
    it_.reset(db.NewIterator(r, where));
  }
  void seek(std::string_view key) override { it_->Seek(slice(key)); }
  void seek_last() override { it_->SeekToLast(); }
  void next() override { it_->Next(); }
  bool valid() const override { return it_->Valid(); }
  std::string_view key() const override { return text(it_->key()); }
  std::string_view value() const override { return text(it_->value()); }
  result<void> status() const override {
    if (auto s = it_->status(); !s.ok()) return from_status(s, "scan");
    return {};
  }

private:
  std::string lower_, upper_;
  rocksdb::Slice lower_slice_, upper_slice_; ///< RocksDB keeps pointers to these
  std::unique_ptr<rocksdb::Iterator> it_;
};

class rocksdb_view final : public view {
public:
  rocksdb_view(const rocksdb_engine& owner, rocksdb::DB& db) : owner_(owner), db_(db), at_(db.GetSnapshot()) {}
  ~rocksdb_view() override { db_.ReleaseSnapshot(at_); }
  std::unique_ptr<cursor> scan(family where, const scan_options& options) const override {
    return owner_.scan_at(where, options, at_);
  }

private:
  const rocksdb_engine& owner_;
  rocksdb::DB& db_;
  const rocksdb::Snapshot* at_;
};

} // namespace

class rocksdb_engine::flush_listener final : public rocksdb::EventListener {
public:
  void OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo& info) override {
    // Families are flushed together, and the largest sequence of the group lies in one of them. All families of the
    // group are on disk when the first of these calls comes.
    std::uint64_t seen = flushed.load();
    while (seen < info.largest_seqno && !flushed.compare_exchange_weak(seen, info.largest_seqno)) {}
  }
  std::atomic<std::uint64_t> flushed{0};
};

failure from_status(const rocksdb::Status& s, std::string_view doing) {
  auto code = errc::io;
  if (s.IsCorruption()) code = errc::damaged;
  else if (s.IsNoSpace()) code = errc::no_space;
  else if (s.IsInvalidArgument()) code = errc::foreign;
  else if (s.IsIOError() && s.ToString().find("lock ") != std::string::npos) code = errc::locked;
  else if (s.IsPathNotFound() || s.IsNotFound()) code = errc::missing;
  return failure(error{code, fmt::format("{}: {}", doing, s.ToString())});
}

namespace {

/// Families on disk must be ours: all of the wanted ones, or none at all yet.
result<void> check_families(const rocksdb::Options& base, const options& o) {
  auto marker = base.env->FileExists(o.path + "/CURRENT");
  if (marker.IsNotFound()) {
    // RocksDB makes a new database beside whatever lies there: without CURRENT there must be no data files either.
    std::vector<std::string> files;
    base.env->GetChildren(o.path, &files).PermitUncheckedError();
    for (auto& f : files)
      if (f.ends_with(".sst") || f.ends_with(".log") || f.starts_with("MANIFEST"))
        return failure(error{errc::missing, fmt::format("{}/CURRENT is missing beside {}", o.path, f)});
    return {};
  }
  std::vector<std::string> found;
  if (auto s = rocksdb::DB::ListColumnFamilies(base, o.path, &found); !s.ok()) {
    auto f = from_status(s, o.path);
    if (f.value().code == errc::missing) f.value().code = errc::damaged;
    return f;
  }
  for (auto& name : found) {
    bool known = name == rocksdb::kDefaultColumnFamilyName;
    for (auto& f : o.families) known = known || f.name == name;
    if (!known) return failure(error{errc::foreign, fmt::format("{}: unknown column family \"{}\"", o.path, name)});
  }
  for (auto& f : o.families)
    if (found.size() > 1 && std::find(found.begin(), found.end(), f.name) == found.end())
      return failure(error{errc::foreign, fmt::format("{}: column family \"{}\" is missing", o.path, f.name)});
  return {};
}

/// Every open starts a new log and keeps the old ones until their families are flushed, which a quiet database may
/// never do by itself.
constexpr std::size_t log_files_max = 8;
std::size_t log_files(const rocksdb::Options& base, const std::string& path) {
  std::vector<std::string> files;
  base.env->GetChildren(path, &files).PermitUncheckedError();
  auto n = std::count_if(files.begin(), files.end(), [](auto& f) { return f.ends_with(".log"); });
  return static_cast<std::size_t>(n);
}

} // namespace

result<std::unique_ptr<engine>> rocksdb_engine::open(const options& o) {
  auto base = make_options(o);
  if (auto ok = check_families(base, o); !ok) return tl::unexpected(ok.error());
  if (base.env->FileExists(o.path + "/CURRENT").ok()) {
    auto checked = check_write_ahead_logs(o.path);
    if (!checked) return tl::unexpected(checked.error());
    // The crash cut the write that nobody was told about.
    if (*checked == wal_verdict::torn_tail)
      if (auto cut = cut_torn_tail(o.path); !cut) return tl::unexpected(cut.error());
  }
  auto self = std::make_unique<rocksdb_engine>();
  self->write_ahead_log_ = o.write_ahead_log;
  self->listener_ = std::make_shared<flush_listener>();
  base.listeners.push_back(self->listener_);
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted{{rocksdb::kDefaultColumnFamilyName, base}};
  for (auto& f : o.families) wanted.emplace_back(f.name, make_family_options(base, f));
  rocksdb::DB* db = nullptr;
  auto s = rocksdb::DB::Open(base, o.path, wanted, &self->handles_, &db);
  if (!s.ok()) {
    auto f = from_status(s, o.path);
    if (f.value().code == errc::missing) f.value().code = errc::damaged;
    return f;
  }
  self->db_.reset(db);
  self->listener_->flushed = db->GetLatestSequenceNumber(); // What a fresh open shows has survived.
  // Waits: a process that ends soon again would take an unfinished flush with it, and the logs would pile up.
  if (o.write_ahead_log && log_files(base, o.path) > log_files_max)
    if (auto ok = self->flush(true); !ok) return tl::unexpected(ok.error());
  std::uint64_t tables = 0;
  db->GetAggregatedIntProperty(rocksdb::DB::Properties::kLiveSstFilesSize, &tables);
  if (tables > 0 && tables <= o.verify_bytes_max)
    if (auto ok = self->verify(); !ok) return tl::unexpected(ok.error());
  return self;
}

rocksdb_engine::~rocksdb_engine() {
  if (!db_) return;
  for (auto* h : handles_) db_->DestroyColumnFamilyHandle(h).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
}

result<std::optional<std::string>> rocksdb_engine::find(family where, std::string_view key) const {
  std::string value;
  auto s = db_->Get(rocksdb::ReadOptions(), handles_[where + 1], slice(key), &value);
  if (s.IsNotFound()) return std::nullopt;
  if (!s.ok()) return from_status(s, "read");
  return value;
}

std::unique_ptr<cursor> rocksdb_engine::scan(family where, const scan_options& options) const {
  return scan_at(where, options, nullptr);
}

std::unique_ptr<cursor> rocksdb_engine::scan_at(family where, const scan_options& options,
                                                const rocksdb::Snapshot* at) const {
  return std::make_unique<rocksdb_cursor>(*db_, handles_[where + 1], options, at);
}

std::shared_ptr<const view> rocksdb_engine::snapshot() const { return std::make_shared<rocksdb_view>(*this, *db_); }

result<void> rocksdb_engine::write(const batch& changes, durability wanted) {
  if (failed_) return failure(error{errc::closed, {}});
  scratch_.Clear();
  rocksdb::Status s;
  for (std::size_t i = 0; i < changes.size() && s.ok(); ++i) {
    auto c = changes.at(i);
    auto* where = handles_[c.where + 1];
    switch (c.what) {
      case batch::verb::put: s = scratch_.Put(where, slice(c.key), slice(c.value)); break;
      case batch::verb::remove: s = scratch_.Delete(where, slice(c.key)); break;
      case batch::verb::remove_range: s = scratch_.DeleteRange(where, slice(c.key), slice(c.value)); break;
    }
  }
  rocksdb::WriteOptions w;
  w.disableWAL = !write_ahead_log_;
  w.sync = write_ahead_log_ && wanted == durability::sync;
  if (s.ok()) s = db_->Write(w, &scratch_);
  if (s.ok() && !write_ahead_log_ && wanted == durability::sync)
    if (auto ok = flush(true); !ok) return ok;
  if (s.ok()) return {};
  failed_ = true;
  return from_status(s, "write");
}

result<void> rocksdb_engine::flush(bool wait) {
  rocksdb::FlushOptions f;
  f.wait = wait;
  f.allow_write_stall = true;
  auto s = db_->Flush(f, handles_);
  if (s.ok()) return {};
  failed_ = true;
  return from_status(s, "flush");
}

std::uint64_t rocksdb_engine::sequence() const { return db_->GetLatestSequenceNumber(); }
std::uint64_t rocksdb_engine::flushed_sequence() const { return listener_->flushed; }

std::uint64_t rocksdb_engine::size_bytes() const {
  std::uint64_t tables = 0, memory = 0;
  db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kLiveSstFilesSize, &tables);
  db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
  return tables + memory;
}

result<void> rocksdb_engine::verify() const {
  if (auto s = db_->VerifyChecksum(); !s.ok()) return from_status(s, "verify");
  return {};
}

} // namespace troupe::storage::engine
