#include "actors/store/shard.hpp"
#include "actors/store/error.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::store {

namespace {

watch_table::callbacks watch_callbacks(shard::pointer self) {
  return {[self](const subscriber_actor& to, event_batch b) { self->send(to, event_atom::value, share(std::move(b))); },
          [self](const subscriber_actor& s) { self->monitor(s); },
          [self](const caf::actor_addr& s) { self->demonitor(s); }};
}

} // namespace

shard::shard(pointer self, store_dependencies with, const store_config& config)
    : self_(self), with_(std::move(with)), config_(config),
      watches_(watch_callbacks(self), {config.watches_max, static_cast<mvcc::revision>(config.subscriber_lag_max),
                                       config.page_events_max}) {}

bool shard::start() {
  auto& log = *with_.files->log;
  writer_id_ = with_.files->take_over();
  if (auto ok = kv().reload(); !ok) { // A predecessor may have died in the middle of a turn.
    self_->quit(make_error(errc::storage_failed, ok.error().text()));
    return false;
  }
  raft::fsm_config c;
  c.id = {config_.self};
  c.heartbeat_ticks = config_.heartbeat_ticks;
  c.election_ticks = config_.election_ticks;
  c.election_spread_ticks = config_.election_spread_ticks;
  c.max_entry_bytes = config_.request_bytes_max;
  c.log_cache_bytes = config_.log_cache_bytes;
  auto source = std::make_shared<random_source>(with_.environment->random());
  auto random = [source](std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(*source);
  };
  auto started = raft::fsm::start(c, log, {log.hard(), {kv().applied_index()}}, std::move(random));
  if (!started) {
    self_->quit(make_error(errc::storage_failed, "the raft log can't be used"));
    return false;
  }
  fsm_ = std::move(*started);
  log_listener_actor me(self_);
  auto& env = *with_.environment;
  if (with_.files->directory) writer_ = spawn_blocking(*self_, env, log_writer, with_.files, writer_id_, me);
  else writer_ = self_->spawn(log_writer, with_.files, writer_id_, me);
  self_->link_to(writer_); // A shard without its log, or the reverse, is of no use.
  flush_started_ = kv().applied_index();
  if (with_.transport && config_.patience.count() > 0)
    caf::anon_send(caf::actor_cast<caf::actor>(with_.transport), open_atom::value, peer_listener_actor(self_));
  auto& members = fsm_->members();
  if (members.voters.size() == 1 && members.voters.front() == c.id && !members.joint())
    if (auto ok = fsm_->campaign(); !ok) spdlog::warn("store: cannot_campaign why=\"{}\"", sentence(ok.error().code));
  wake();
  self_->delayed_send(self_, config_.tick, tick_atom::value);
  return true;
}

void shard::wake() {
  if (awake_ || stopped_) return;
  awake_ = true;
  self_->send(self_, run_atom::value); // Behind everything that is in the mailbox now, so that it joins the turn.
}

void shard::run() {
  awake_ = false;
  if (stopped_) return;
  ask_reads();
  take_batches();
  feed_writer();
}

void shard::take_batches() {
  while (!stopped_ && fsm_->has_batch()) {
    auto b = fsm_->take();
    if (b.role) change_role(*b.role);
    send(b.messages);
    if (b.number) {
      if (b.snapshot) installing_ = b.number;
      to_write_.push_back({b.number, storage::log::record_of(b)});
      after_persist_.emplace_back(b.number, std::move(b.after_persist));
    }
    if (!b.committed.empty() && !apply(b.committed)) return;
    finish_reads(b.reads);
    serve_reads();
  }
}

void shard::feed_writer() {
  while (!writing_ && !stopped_ && !to_write_.empty()) {
    write_job job;
    job.upto = to_write_.back().number;
    job.records.reserve(to_write_.size());
    for (auto& q : to_write_) job.records.push_back(std::move(q.record));
    to_write_.clear();
    write_began_ = now();
    if (!may_write_here(job)) {
      writing_ = true;
      self_->send(writer_, write_atom::value, std::move(job));
    } else if (write_here(job)) {
      take_batches();
    }
  }
}

bool shard::may_write_here(const write_job& job) const {
  if (config_.write_here_entries == 0 || installing_ || !self_->mailbox().empty()) return false;
  auto& members = fsm_->members();
  if (members.voters.size() != 1 || !members.learners.empty() || members.joint()) return false;
  std::uint64_t entries = 0;
  for (auto& r : job.records) entries += r.entries.size();
  constexpr auto quick = std::chrono::milliseconds(2);
  return entries <= config_.write_here_entries && write_time_ <= quick;
}

bool shard::write_here(const write_job& job) {
  write_done done{job.upto, "another writer has taken over"};
  with_.files->write_as(writer_id_, [&] {
    auto ok = with_.files->log->write(job.records);
    done.error = ok ? std::string() : ok.error().text();
  });
  return settle_written(done);
}

void shard::written(const write_done& done) {
  if (stopped_) return;
  writing_ = false;
  if (!settle_written(done)) return;
  // At once: the next sync and the answers should not wait for the mailbox.
  awake_ = true;
  run();
}

/// False: there is nothing to go on with.
bool shard::settle_written(const write_done& done) {
  write_time_ += (now() - write_began_ - write_time_) / 8;
  if (!done.error.empty()) {
    fail("write_log", done.error);
    return false;
  }
  for (; !after_persist_.empty() && after_persist_.front().first <= done.upto; after_persist_.pop_front())
    send(after_persist_.front().second);
  if (installing_ && *installing_ <= done.upto && !install()) {
    late_ = done.upto;
    return false;
  }
  fsm_->persisted(done.upto);
  return true;
}

void shard::send(const std::vector<raft::envelope>& messages) {
  if (!with_.transport) return;
  for (auto& m : messages) {
    if (std::holds_alternative<raft::install_snapshot>(m.body)) send_snapshot(m.to);
    else self_->send(with_.transport, peer_atom::value, share(m));
  }
}

void shard::step(const shared<raft::envelope>& message) {
  if (stopped_ || !message || message->to.value != config_.self) return;
  if (std::holds_alternative<raft::install_snapshot>(message->body)) return; // It would come without its state.
  auto ok = fsm_->step(message->from, message->body);
  if (!ok && ok.error() == raft::step_errc::diverged) return fail("step", "a peer would overwrite a committed entry");
  wake();
}

bool shard::apply(const raft::entries& committed) {
  std::vector<mvcc::event> events;
  answer_list answers;
  auto before = kv().current();
  for (auto& e : committed) {
    apply_command(e, events, answers);
    if (stopped_) return false;
  }
  if (auto ok = kv().commit(); !ok) {
    fail("apply", ok.error().text());
    return false;
  }
  fsm_->applied(committed.back().index);
  // Events first: whoever gets an answer finds its events in front of whatever he asks a subscriber next.
  if (kv().current() != before) watches_.publish(events, kv().current());
  for (auto& [promise, message] : answers) promise.deliver(std::move(message));
  finish_handovers();
  if (!catching_up_ && watches_.behind()) {
    catching_up_ = true;
    self_->send(self_, retry_atom::value);
  }
  return true;
}

void shard::catch_up() {
  catching_up_ = false;
  if (stopped_) return;
  if (auto ok = watches_.catch_up(kv()); !ok) return fail("read_history", ok.error().detail);
  if (!watches_.behind()) return;
  catching_up_ = true;
  self_->send(self_, retry_atom::value);
}

void shard::credit(std::uint64_t id, std::uint32_t batches) {
  watches_.credit(self_->current_sender(), id, batches, kv().current());
  if (catching_up_ || stopped_ || !watches_.behind()) return;
  catching_up_ = true;
  self_->send(self_, retry_atom::value);
}

void shard::change_role(const raft::role_change& change) {
  bool leading = change.role == raft::role_kind::leader;
  spdlog::info("store: role_changed member={} leading={} term={} leader={}", config_.self, leading, change.term.value,
               change.leader ? change.leader->value : 0);
  leases_.clear();
  if (leading) {
    for (auto& [id, lease] : kv().leases()) leases_.grant(id, lease.ttl_seconds, now());
    forsake(config_.self);
    retry_held();
    return;
  }
  // What is in the log may yet be committed by the next leader, and this member will see it.
  unsettled_since_ = now();
  if (config_.patience.count() == 0) give_up_unsettled();
  if (change.leader) forsake(change.leader->value);
  finish_handovers();
  retry_held();
}

void shard::fail(std::string_view doing, std::string_view why) {
  if (stopped_) return;
  spdlog::critical("store: shard_failed member={} doing={} why=\"{}\"", config_.self, doing, why);
  stop(make_error(errc::storage_failed, std::string(why)));
}

void shard::stop(caf::error why) {
  if (stopped_) return;
  stopped_ = true;
  auto open = make_error(errc::may_have_happened, "the store stopped");
  for (auto& w : waiting_)
    if (w.promise) w.promise->deliver(open);
  waiting_.clear();
  for (auto& w : held_) w.promise.deliver(make_error(errc::unavailable, "the store stopped"));
  for (auto& [ticket, w] : with_leader_) w.promise.deliver(open);
  for (auto& h : handovers_) h.promise.deliver(open);
  held_.clear(), with_leader_.clear(), handovers_.clear();
  auto unread = make_error(errc::unavailable, "the store stopped");
  for (auto& r : unasked_) r.promise.deliver(unread);
  for (auto& [id, asked] : asked_)
    for (auto& r : asked.readers) r.promise.deliver(unread);
  for (auto& [index, r] : unapplied_) r.promise.deliver(unread);
  unasked_.clear(), asked_.clear(), unapplied_.clear();
  watches_.close_all();
  for (auto& [id, sender] : senders_) self_->send_exit(sender, caf::exit_reason::user_shutdown);
  if (receiver_) self_->send_exit(receiver_, caf::exit_reason::user_shutdown);
  if (writer_) {
    self_->unlink_from(writer_);
    self_->send_exit(writer_, caf::exit_reason::user_shutdown);
  }
  self_->quit(std::move(why));
}

} // namespace troupe::actors::store
