#include "storage/log/engine_log.hpp"
#include "policies/mutations/mutations.hpp"
#include "storage/raft/encoding.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::storage::log {

namespace {

using policies::mutations::bug;
constexpr engine::family entry_family = 0, meta_family = 1;

std::string key_of(raft::log_index index) {
  std::string key(8, '\0');
  for (int i = 0; i < 8; ++i) key[static_cast<std::size_t>(i)] = static_cast<char>(index.value >> (56 - 8 * i));
  return key;
}

engine::failure damaged(std::string detail) {
  return engine::failure(engine::error{engine::errc::damaged, "raft log: " + std::move(detail)});
}

} // namespace

record record_of(const raft::batch& b) { return {b.hard, b.snapshot, b.log, b.must_sync}; }

std::vector<engine::family_options> families() { return {{"entries"}, {"raft"}}; }

engine::result<std::unique_ptr<raft_log>> open(std::shared_ptr<engine::engine> store) {
  auto self = std::make_unique<engine_log>(std::move(store));
  if (auto ok = self->load(); !ok) return tl::unexpected(ok.error());
  return self;
}

engine::result<std::optional<std::string>> engine_log::meta(std::string_view key) const {
  return store_->find(meta_family, key);
}

engine::result<void> engine_log::load() {
  auto hard = meta("hard"), snapshot = meta("snapshot"), start = meta("start");
  for (auto* found : {&hard, &snapshot, &start})
    if (!*found) return tl::unexpected(found->error());
  edges_.fresh = !*hard && !*snapshot;
  if (*hard) {
    auto value = raft::decode_hard_state(**hard);
    if (!value) return damaged("hard state does not decode");
    edges_.hard = *value;
  }
  if (*snapshot) {
    auto value = raft::decode_snapshot_meta(**snapshot);
    if (!value) return damaged("snapshot mark does not decode");
    edges_.snapshot = *value;
  }
  edges_.start = {edges_.snapshot.term, edges_.snapshot.index};
  if (*start) {
    auto value = raft::decode_snapshot_meta(**start);
    if (!value) return damaged("start mark does not decode");
    edges_.start = {value->term, value->index};
  }
  return find_last();
}

engine::result<void> engine_log::find_last() {
  auto cursor = store_->scan(entry_family, {});
  auto expected = edges_.start.index + 1;
  for (cursor->seek(key_of(expected)); cursor->valid(); cursor->next(), ++expected)
    if (cursor->key() != key_of(expected)) return damaged(fmt::format("entry {} is missing", expected.value));
  if (auto ok = cursor->status(); !ok) return ok;
  edges_.last = expected - 1;
  if (edges_.snapshot.index > edges_.last) return damaged("the log ends before its snapshot mark");
  if (edges_.hard.commit > edges_.last)
    return damaged(fmt::format("entry {} was committed, but the log ends at {}", edges_.hard.commit.value,
                               edges_.last.value));
  return {};
}

engine_log::edges engine_log::now() const {
  std::lock_guard guard(mutex_);
  return edges_;
}

raft::log_index engine_log::first_index() const { return now().start.index + 1; }
raft::log_index engine_log::last_index() const { return now().last; }
raft::snapshot_meta engine_log::snapshot() const { return now().snapshot; }

tl::expected<raft::term_number, raft::log_errc> engine_log::term(raft::log_index index) const {
  auto e = now();
  if (index == e.start.index) return e.start.term;
  if (index == e.snapshot.index) return e.snapshot.term;
  if (index < e.start.index) return tl::unexpected(raft::log_errc::compacted);
  auto list = read(index, index + 1, 0);
  if (!list) return tl::unexpected(list.error());
  return list->front().term;
}

tl::expected<raft::entries, raft::log_errc> engine_log::read(raft::log_index low, raft::log_index high,
                                                             std::size_t max_bytes) const {
  auto e = now();
  if (low <= e.start.index) return tl::unexpected(raft::log_errc::compacted);
  if (low >= high || high > e.last + 1) return tl::unexpected(raft::log_errc::unavailable);
  raft::entries out;
  std::size_t bytes = 0;
  auto cursor = store_->scan(entry_family, {key_of(low), key_of(high)});
  auto at = low;
  for (cursor->seek(key_of(low)); at < high && cursor->valid(); cursor->next(), ++at) {
    auto entry = raft::decode_entry(cursor->value());
    if (!entry || entry->index != at) return tl::unexpected(raft::log_errc::unavailable);
    bytes += entry->bytes();
    if (!out.empty() && bytes > max_bytes) return out;
    out.push_back(std::move(*entry));
  }
  if (at != high) return tl::unexpected(raft::log_errc::unavailable); // A gap, or the cursor failed.
  return out;
}

void engine_log::add(engine::batch& out, edges& next, const record& r) const {
  if (r.snapshot) {
    out.remove_range(entry_family, key_of({0}), key_of(std::max(next.last, r.snapshot->index) + 1));
    out.put(meta_family, "snapshot", raft::encode(*r.snapshot));
    out.remove(meta_family, "start");
    next.snapshot = *r.snapshot;
    next.start = {r.snapshot->term, r.snapshot->index};
    next.last = r.snapshot->index;
  }
  for (auto& entry : r.entries) out.put(entry_family, key_of(entry.index), raft::encode(entry));
  if (!r.entries.empty()) {
    auto last = r.entries.back().index;
    for (auto stale = last + 1; stale <= next.last; ++stale) out.remove(entry_family, key_of(stale));
    next.last = last;
  }
  if (r.hard) {
    out.put(meta_family, "hard", raft::encode(*r.hard));
    next.hard = *r.hard;
  }
  next.fresh = false;
}

engine::result<void> engine_log::write(std::span<const record> records) {
  engine::batch out;
  auto next = now();
  bool sync = false;
  for (auto& r : records) {
    add(out, next, r);
    sync = sync || (r.must_sync && !active(bug::unsynced_log));
  }
  if (out.empty()) return {};
  auto ok = store_->write(out, sync ? engine::durability::sync : engine::durability::deferred);
  if (!ok) return ok;
  std::lock_guard guard(mutex_);
  edges_ = std::move(next);
  return {};
}

engine::result<void> engine_log::compact(const raft::snapshot_meta& upto, raft::log_index keep_from) {
  auto next = now();
  keep_from = std::min(keep_from, upto.index + 1);
  if (upto.index < next.snapshot.index || upto.index > next.last) return {};
  engine::batch out;
  out.put(meta_family, "snapshot", raft::encode(upto));
  next.snapshot = upto;
  if (keep_from > next.start.index + 1) {
    auto below = term(keep_from - 1);
    if (!below) return damaged(fmt::format("entry {} can't be read", keep_from.value - 1));
    out.remove_range(entry_family, key_of(next.start.index), key_of(keep_from));
    next.start = {*below, keep_from - 1};
    out.put(meta_family, "start", raft::encode(raft::snapshot_meta{next.start.index, next.start.term, {}}));
  }
  {
    // Before the entries go, so that the reading thread never looks for one that is going.
    std::lock_guard guard(mutex_);
    edges_ = std::move(next);
  }
  return store_->write(out, engine::durability::deferred);
}

} // namespace troupe::storage::log
