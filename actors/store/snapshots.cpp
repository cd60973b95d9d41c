#include "actors/store/error.hpp"
#include "actors/store/shard.hpp"
#include "actors/store/snapshot_stream.hpp"
#include <caf/actor_cast.hpp>
#include <spdlog/spdlog.h>

// Members that the log can't bring up to date get the state itself.
namespace troupe::actors::store {

void shard::send_snapshot(raft::server_id to) {
  if (senders_.contains(to.value)) return;
  auto peer = peers_.find(to.value);
  auto meta = fsm_->describe({kv().applied_index()});
  if (peer == peers_.end() || !meta) return fsm_->snapshot_sent(to, raft::snapshot_outcome::failed);
  spdlog::info("store: snapshot_begun to={} index={}", to.value, meta->index.value);
  snapshot_job job{{config_.self}, to, fsm_->term(), *meta, kv().snapshot(), hashing_,
                   meta->index.value << 16 ^ ++tickets_};
  senders_[to.value] = spawn_blocking(*self_, *with_.environment, snapshot_sender, std::move(job), peer->second,
                                      snapshot_listener_actor(self_));
}

void shard::sent(const snapshot_sent& done) {
  senders_.erase(done.to.value);
  if (stopped_) return;
  if (done.error.empty()) spdlog::info("store: snapshot_sent to={}", done.to.value);
  else spdlog::warn("store: snapshot_failed to={} why=\"{}\"", done.to.value, done.error);
  fsm_->snapshot_sent(done.to, done.error.empty() ? raft::snapshot_outcome::sent : raft::snapshot_outcome::failed);
  wake();
}

caf::result<std::uint32_t> shard::piece(const shared<snapshot_piece>& p) {
  if (p && p->stream == received_) return p->number + 1; // Our last answer was lost.
  if (stopped_ || installing_ || !p) return make_error(errc::unavailable, "the member takes no snapshot now");
  if (!receiver_)
    receiver_ = caf::actor_cast<caf::actor>(spawn_blocking(*self_, *with_.environment, snapshot_receiver, with_.files,
                                                           config_, snapshot_listener_actor(self_)));
  return self_->delegate(caf::actor_cast<snapshot_receiver_actor>(receiver_), data_atom::value, p);
}

/// The state lies beside ours: only now Raft hears of it.
void shard::received(const snapshot_received& done) {
  if (receiver_) self_->send_exit(std::exchange(receiver_, nullptr), caf::exit_reason::user_shutdown);
  if (stopped_) return;
  received_ = done.stream;
  if (!done.error.empty()) {
    spdlog::warn("store: snapshot_refused from={} why=\"{}\"", done.from.value, done.error);
    return;
  }
  auto ok = fsm_->step(done.from, raft::install_snapshot{done.term, done.meta});
  if (!ok && ok.error() == raft::step_errc::diverged) return fail("step", "a peer would overwrite a committed entry");
  spdlog::info("store: snapshot_received from={} index={}", done.from.value, done.meta.index.value);
  wake();
}

/// The log begins behind the received state. Closing the one and opening the other takes a tenth of a second on this
/// thread; nothing can be answered meanwhile in any case, and it happens once in the life of most members.
bool shard::install() {
  constexpr long nobody_else = 1;
  if (hashing_.use_count() > nobody_else) return false; // Somebody reads the old one: the next tick tries again.
  installing_.reset();
  if (auto ok = with_.files->install_incoming(config_); !ok) {
    fail("install", ok.error().text());
    return false;
  }
  watches_.replaced(kv().current());
  flush_started_ = kv().applied_index();
  bytes_applied_ = 0;
  samples_.clear();
  return true;
}

void shard::install_late() {
  if (!late_ || !install()) return;
  fsm_->persisted(*std::exchange(late_, std::nullopt));
  wake();
}


} // namespace troupe::actors::store
