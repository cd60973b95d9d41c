#include "actors/simulation/disk.hpp"
#include "storage/raft/interfaces.hpp"
#include <fmt/format.h>

namespace troupe::actors::simulation {

namespace media = storage::engine;

namespace {

std::unique_ptr<media::engine> in_memory(std::size_t families) {
  media::options o;
  o.families.resize(families);
  return media::open_memory(o);
}

/// What a scan of a damaged file gives.
class damaged_cursor final : public media::cursor {
public:
  void seek(std::string_view) override {}
  void seek_last() override {}
  void next() override {}
  bool valid() const override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  media::result<void> status() const override { return damage(); }
  static media::failure damage() { return media::failure(media::error{media::errc::damaged, "a checksum is wrong"}); }
};

} // namespace

disk_engine::disk_engine(std::size_t families)
    : families_(families), seen_(in_memory(families)), durable_(in_memory(families)) {}

media::result<std::optional<std::string>> disk_engine::find(media::family where, std::string_view key) const {
  if (ails_ == ailment::bit_rot) return damaged_cursor::damage();
  return seen_->find(where, key);
}

std::unique_ptr<media::cursor> disk_engine::scan(media::family where, const media::scan_options& o) const {
  if (ails_ == ailment::bit_rot) return std::make_unique<damaged_cursor>();
  return seen_->scan(where, o);
}

media::result<void> disk_engine::write(const media::batch& changes, media::durability wanted) {
  auto fail = [&](media::errc why) {
    closed_ = true;
    return media::failure(media::error{why, "the disk of the simulation"});
  };
  if (closed_) return fail(media::errc::closed);
  if (ails_ == ailment::full) return fail(media::errc::no_space);
  if (ails_ == ailment::failing_sync && wanted == media::durability::sync) {
    pending_.push_back(changes); // The next start may find it.
    return fail(media::errc::io);
  }
  if (auto ok = seen_->write(changes, wanted); !ok) return ok;
  pending_.push_back(changes);
  if (wanted == media::durability::sync && !lies_) settle();
  return {};
}

media::result<void> disk_engine::flush(bool) {
  if (closed_) return media::failure(media::error{media::errc::closed, "the disk of the simulation"});
  if (!lies_) settle();
  flushed_ = sequence();
  return {};
}

void disk_engine::settle() {
  for (auto& b : pending_) (void)durable_->write(b, media::durability::sync);
  pending_.clear();
}

std::shared_ptr<disk_engine> disk_engine::after_crash(std::size_t kept) const {
  auto out = std::make_shared<disk_engine>(families_);
  out->lies_ = lies_;
  media::batch all;
  for (media::family f = 0; f < families_; ++f) {
    auto at = durable_->scan(f, {});
    for (at->seek({}); at->valid(); at->next()) all.put(f, at->key(), at->value());
  }
  (void)out->seen_->write(all, media::durability::sync);
  (void)out->durable_->write(all, media::durability::sync);
  for (std::size_t i = 0; i < std::min(kept, pending_.size()); ++i) {
    (void)out->seen_->write(pending_[i], media::durability::sync);
    (void)out->durable_->write(pending_[i], media::durability::sync);
  }
  out->flushed_ = out->sequence();
  return out;
}

member_disk::member_disk(const store::store_config& config, bool lies)
    : config_(config), lies_(lies), log_(std::make_shared<disk_engine>(storage::log::families().size())),
      state_(std::make_shared<disk_engine>(storage::mvcc::state::families().size())) {
  (void)open();
  storage::log::record first;
  first.snapshot = storage::raft::snapshot_meta{};
  if (!config.join) first.snapshot->members.voters = {{config.self}};
  first.must_sync = true;
  (void)files_->log->write({&first, 1});
  if (lies) log_->lie();
}

void member_disk::ail(ailment a) {
  ails_ = a;
  log_->ail(a);
}

std::string member_disk::open() {
  files_ = std::make_shared<store::shard_files>();
  auto log = storage::log::open(log_);
  if (!log) return "the log can't be opened: " + log.error().text();
  files_->log = std::move(*log);
  auto state = storage::mvcc::state::open(state_);
  if (!state) return "the state can't be opened: " + state.error().text();
  files_->state = std::move(*state);
  auto applied = files_->state->applied_index(), last = files_->log->last_index().value,
       begin = files_->log->first_index().value;
  if (applied > last) return fmt::format("the log ends at entry {}, but entry {} was applied", last, applied);
  if (applied + 1 < begin) return fmt::format("the log starts at entry {}, but only {} was applied", begin, applied);
  return {};
}

std::string member_disk::crash(bool power, policies::chaos::chance& c) {
  // A state that came from a leader has replaced ours; it is kept whole, as on a disk that was fast.
  const bool replaced = !files_->state || state_.use_count() == 1;
  auto state = std::move(files_->state);
  files_ = nullptr;
  log_ = log_->after_crash(power || ails_ != ailment::none ? c.below(log_->at_risk() + 1) : log_->at_risk());
  // Nothing of it is on disk before a flush: the log replays it.
  if (!replaced) state_ = state_->after_crash(0);
  state = replaced ? std::move(state) : nullptr;
  auto wrong = replaced ? reopen_log(std::move(state)) : open();
  log_->ail(ails_); // Not before: a process that can't even open its files is one that is not started.
  return wrong;
}

/// Of a member whose state is not of our disk.
std::string member_disk::reopen_log(std::unique_ptr<storage::mvcc::state> state) {
  files_ = std::make_shared<store::shard_files>();
  auto log = storage::log::open(log_);
  if (!log) return "the log can't be opened: " + log.error().text();
  files_->log = std::move(*log);
  files_->state = std::move(state);
  return files_->state ? std::string() : "a state was lost while it was installed";
}

} // namespace troupe::actors::simulation
