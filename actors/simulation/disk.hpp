#pragma once
#include "actors/store/shard_files.hpp"
#include "policies/chaos/chance.hpp"
#include "storage/engine/engine.hpp"
#include <vector>

namespace troupe::actors::simulation {

/// What is wrong with a disk.
enum class ailment : std::uint8_t {
  none,
  full,         ///< nothing can be written
  failing_sync, ///< what was to be synced may be there, or not
  bit_rot,      ///< what is read is damaged, and the checksums tell
};

/// An engine in memory that knows what a disk would have kept of it. As the interface wants it, it takes no writes
/// after the first that failed.
class disk_engine final : public storage::engine::engine {
public:
  explicit disk_engine(std::size_t families);
  [[nodiscard]] storage::engine::result<std::optional<std::string>> find(storage::engine::family where,
                                                                         std::string_view key) const override;
  [[nodiscard]] std::unique_ptr<storage::engine::cursor>
  scan(storage::engine::family where, const storage::engine::scan_options& o) const override;
  [[nodiscard]] std::shared_ptr<const storage::engine::view> snapshot() const override { return seen_->snapshot(); }
  [[nodiscard]] storage::engine::result<void> write(const storage::engine::batch& changes,
                                                    storage::engine::durability wanted) override;
  [[nodiscard]] storage::engine::result<void> flush(bool wait) override;
  [[nodiscard]] std::uint64_t sequence() const override { return seen_->sequence(); }
  [[nodiscard]] std::uint64_t flushed_sequence() const override { return flushed_; }
  [[nodiscard]] std::uint64_t size_bytes() const override { return seen_->size_bytes(); }
  [[nodiscard]] storage::engine::result<void> verify() const override { return {}; }

  /// Writes that a crash may take.
  [[nodiscard]] std::size_t at_risk() const noexcept { return pending_.size(); }
  /// What is found after a crash that kept the first so many of the writes at risk.
  [[nodiscard]] std::shared_ptr<disk_engine> after_crash(std::size_t kept) const;
  /// A disk that says that it has synced, and has not.
  void lie() noexcept { lies_ = true; }
  void ail(ailment a) noexcept { ails_ = a; }

private:
  void settle();
  std::size_t families_;
  std::unique_ptr<storage::engine::engine> seen_, durable_;
  std::vector<storage::engine::batch> pending_; ///< in `seen_` and not yet in `durable_`
  std::uint64_t flushed_ = 0;
  bool lies_ = false, closed_ = false;
  ailment ails_ = ailment::none;
};

/// The disk of one member of the store. The files in use change with each crash.
class member_disk {
public:
  /// `lies`: to prove that the checks notice.
  member_disk(const store::store_config& config, bool lies);
  [[nodiscard]] const std::shared_ptr<store::shard_files>& files() const noexcept { return files_; }
  /// The process has ended; with `power`, the host has, too, and what the log had not synced is gone in part. Why the
  /// disk can't be used any more, or nothing.
  [[nodiscard]] std::string crash(bool power, policies::chaos::chance& c);
  /// From now on; the process that uses it will not live long. A new process begins with the same ailment.
  void ail(ailment a);
  [[nodiscard]] ailment ails() const noexcept { return ails_; }

private:
  [[nodiscard]] std::string open();
  [[nodiscard]] std::string reopen_log(std::unique_ptr<storage::mvcc::state> state);
  store::store_config config_;
  bool lies_;
  ailment ails_ = ailment::none;
  std::shared_ptr<disk_engine> log_, state_;
  std::shared_ptr<store::shard_files> files_;
};

} // namespace troupe::actors::simulation
