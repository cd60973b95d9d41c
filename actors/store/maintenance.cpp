#include "actors/store/shard.hpp"
#include <caf/actor_clock.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::store {

namespace {
constexpr std::size_t revocations_max = 64; ///< expired leases per tick
constexpr std::size_t scrub_slice = 512;    ///< versions per tick, so that requests wait a few milliseconds at most
constexpr std::uint64_t idle_flush_bytes = 256 << 10; ///< less is not worth a flush
} // namespace

std::chrono::nanoseconds shard::now() const { return self_->clock().now().time_since_epoch(); }

void shard::tick() {
  if (stopped_) return;
  fsm_->tick();
  maintain();
  wake();
  self_->delayed_send(self_, config_.tick, tick_atom::value);
}

void shard::maintain() {
  if (fsm_->role() == raft::role_kind::leader) {
    expire_leases();
    compact_history();
  }
  if (kv().compacted() > 0) {
    auto more = kv().scrub(scrub_slice);
    if (!more) return fail("scrub", more.error().text());
    scrubbing_ = *more;
  }
  trim_log();
  expire_reads();
  expire_held();
  install_late();
  expire_handovers();
  catch_up();
}

void shard::expire_leases() {
  for (auto id : leases_.expired(now(), revocations_max)) {
    auto entry = propose(encode(mvcc::command(mvcc::lease_revoke_request{id})));
    if (entry) waiting_.push_back({*entry, {}});
    else leases_.retry(id, now() + config_.tick);
  }
}

/// The newest revision that is older than the window, or that leaves no more than the wanted number behind.
mvcc::revision shard::compaction_target() {
  auto at = now();
  auto current = kv().current();
  auto spacing = config_.history_window / 32;
  if (samples_.empty() || at >= samples_.back().at + spacing) samples_.push_back({at, current});
  mvcc::revision target = 0;
  while (!samples_.empty() && samples_.front().at + config_.history_window <= at) {
    target = samples_.front().newest;
    if (samples_.size() > 1 && samples_[1].at + config_.history_window > at) break;
    samples_.pop_front();
  }
  auto kept = static_cast<mvcc::revision>(config_.history_revisions_max);
  return std::max(target, current - kept);
}

void shard::compact_history() {
  auto target = compaction_target();
  if (target <= kv().compacted() || now() < compacted_at_ + config_.compact_interval) return;
  auto entry = propose(encode(mvcc::command(mvcc::compact_request{target})));
  if (!entry) return;
  waiting_.push_back({*entry, {}});
  compacted_at_ = now();
}

/// Entries go only when their effect is durable in the state without them.
void shard::trim_log() {
  auto applied = kv().applied_index();
  if (applied != seen_applied_) idle_since_ = now();
  seen_applied_ = applied;
  bool much = applied - flush_started_ >= config_.flush_entries || bytes_applied_ >= config_.flush_bytes;
  // What was removed frees its space only when the removals are on disk, too.
  bool scrubbed = !scrubbing_ && kv().compacted() != scrub_flushed_;
  bool idle = (bytes_applied_ >= idle_flush_bytes || scrubbed) && now() >= idle_since_ + config_.idle_flush;
  if (much || idle) {
    if (auto ok = kv().start_flush(); !ok) return fail("flush", ok.error().text());
    flush_started_ = applied;
    bytes_applied_ = 0;
    if (!scrubbing_) scrub_flushed_ = kv().compacted();
  }
  auto durable = raft::log_index{kv().durable_index()};
  auto& log = *with_.files->log;
  if (!senders_.empty()) return; // The members that get the state need the log behind it.
  if (trimming_ || durable < log.snapshot().index + config_.trim_entries) return;
  auto upto = fsm_->describe(durable);
  if (!upto) return;
  auto members = raft::members(fsm_->members()).size();
  auto keep = members > 1 ? config_.keep_entries : 0;
  auto keep_from = durable.value > keep ? durable + 1 - keep : raft::log_index{1};
  trimming_ = true;
  self_->send(writer_, write_atom::value, trim_job{*upto, keep_from});
}

void shard::trimmed(const trim_done& done) {
  trimming_ = false;
  if (stopped_) return;
  if (!done.error.empty()) return fail("trim_log", done.error);
  fsm_->compacted(done.upto);
  wake();
}

} // namespace troupe::actors::store
