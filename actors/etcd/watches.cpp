#include "actors/etcd/watches.hpp"
#include "actors/etcd/fragments.hpp"
#include "actors/etcd/status.hpp"
#include "actors/store/error.hpp"
#include <caf/send.hpp>

namespace troupe::actors::etcd {

namespace {
constexpr std::size_t answers_waiting_max = 64; ///< before the next request is read
constexpr std::uint32_t batches_ahead = 2;      ///< of a watch, on the way to the client
constexpr std::int64_t no_watch = -1;
const std::string from_key(1, '\0');
} // namespace

watches::watches(pointer self, session_dependencies with, std::shared_ptr<net::etcd::watch_stream> stream)
    : self_(self), with_(std::move(with)), stream_(std::move(stream)),
      ids_(0, id_hash{&watches_}, id_equal{&watches_}) {}

watches::~watches() { stream_->finish(server_stopped()); }

watches::slot watches::find(serial s) const noexcept {
  auto at = static_cast<slot>(s);
  return s != 0 && at < watches_.end() && watches_[at].opened == s >> 32 ? at : none;
}

void watches::received(const pb::WatchRequest& r) {
  switch (r.request_union_case()) {
    case pb::WatchRequest::kCreateRequest: return create(r.create_request()); // Reads on when it is open.
    case pb::WatchRequest::kCancelRequest: cancel(r.cancel_request().watch_id()); break;
    case pb::WatchRequest::kProgressRequest: progress(); break;
    default: break;
  }
  read_next();
}

template <class Next> void watches::with_revision(Next next) {
  self_->request(with_.store, with_.config.request_timeout, status_atom::value)
    .then([next](const store::store_status& s) { next(s.revision); }, [this](caf::error& e) { fail(e); });
}

void watches::create(const pb::WatchCreateRequest& r) {
  auto key = r.key().empty() ? from_key : r.key();
  if (!r.range_end().empty() && r.range_end() != from_key && key >= r.range_end())
    return refuse("mvcc: watcher range is empty");
  auto id = r.watch_id();
  if (id == 0) {
    while (ids_.contains(next_id_)) ++next_id_;
    id = next_id_++;
  } else if (ids_.contains(id)) {
    return refuse("mvcc: duplicate watch ID provided on the WatchStream");
  }
  if (r.start_revision() <= 0) return open(r, id, 0);
  with_revision([this, r, id](mvcc::revision now) { open(r, id, now); });
}

void watches::refuse(const char* reason) {
  with_revision([this, reason](mvcc::revision now) {
    pb::WatchResponse out;
    stamp(with_.who, now, *out.mutable_header());
    out.set_watch_id(no_watch);
    out.set_created(true);
    out.set_canceled(true);
    out.set_cancel_reason(reason);
    push(std::move(out));
    read_next();
  });
}

void watches::open(const pb::WatchCreateRequest& r, std::int64_t id, mvcc::revision current) {
  store::watch_request w;
  auto at = watches_.add({.id = id, .opened = ++opened_, .fragment = r.fragment(), .notify = r.progress_notify()});
  ids_.insert(at);
  auto s = w.id = serial_of(at);
  w.keys = with_.config.keys.inside(r.key().empty() ? from_key : r.key(), r.range_end());
  w.from = std::max<std::int64_t>(r.start_revision(), 0);
  w.prev_kv = r.prev_kv();
  for (auto filter : r.filters()) (filter == pb::WatchCreateRequest::NOPUT ? w.no_put : w.no_removal) = true;
  w.credit = batches_ahead;
  self_->request(with_.store, with_.config.request_timeout, watch_atom::value, share(std::move(w)),
                 store::subscriber_actor(self_))
    .then([this, id, current](mvcc::revision from) { created(id, current > 0 ? current : from); },
          [this, s, id, current](caf::error& e) {
            if (code_of(e) != errc::compacted) return fail(e);
            // etcd opens such a watch, and ends it right away.
            created(id, current);
            store::event_batch last;
            last.watch = s;
            last.ended = store::event_batch::end::compacted;
            last.compact_revision = store::compact_revision_of(e);
            event(last);
          });
}

void watches::created(std::int64_t id, mvcc::revision current) {
  pb::WatchResponse out;
  stamp(with_.who, current, *out.mutable_header());
  out.set_watch_id(id);
  out.set_created(true);
  push(std::move(out));
  read_next();
}

void watches::cancel(std::int64_t id) {
  auto it = ids_.find(id);
  if (it == ids_.end()) return; // As etcd: no answer.
  self_->send(with_.store, cancel_atom::value, serial_of(*it));
  forget(*it);
  with_revision([this, id](mvcc::revision now) {
    pb::WatchResponse out;
    stamp(with_.who, now, *out.mutable_header());
    out.set_watch_id(id);
    out.set_canceled(true);
    push(std::move(out));
  });
}

void watches::forget(slot at) {
  bool asked = watches_[at].asked;
  ids_.erase(at); // While its id can still be read.
  watches_.remove(at);
  if (asked && --asked_ == 0) finish_progress();
}

/// The answer holds for all watches of the stream: it waits until each has told that it got everything so far.
void watches::progress() {
  if (asking_) return; // Its answer serves both.
  asking_ = true;
  lowest_ = 0;
  for (slot at = 0; at < watches_.end(); ++at) {
    if (watches_[at].opened == 0) continue;
    watches_[at].asked = true;
    ++asked_;
    self_->send(with_.store, credit_atom::value, serial_of(at), std::uint32_t(0));
  }
  if (asked_ == 0) finish_progress();
}

void watches::told(watch& w, mvcc::revision at) {
  if (!w.asked) return;
  w.asked = false;
  if (lowest_ == 0 || at < lowest_) lowest_ = at;
  if (--asked_ == 0) finish_progress();
}

void watches::finish_progress() {
  asking_ = false;
  auto tell = [this](mvcc::revision at) {
    pb::WatchResponse out;
    stamp(with_.who, at, *out.mutable_header());
    out.set_watch_id(no_watch);
    push(std::move(out));
  };
  if (lowest_ > 0) tell(lowest_);
  else with_revision(tell);
}

void watches::event(const store::event_batch& batch) {
  auto s = batch.watch;
  auto at = find(s);
  if (at == none) return; // Was under way when the watch was cancelled.
  auto& w = watches_[at];
  using end = store::event_batch::end;
  if (batch.ended == end::lagging || batch.ended == end::closed) return fail(make_error(errc::storage_failed));
  pb::WatchResponse out;
  stamp(with_.who, batch.revision, *out.mutable_header());
  out.set_watch_id(w.id);
  if (batch.ended == end::compacted) {
    out.set_canceled(true);
    out.set_compact_revision(batch.compact_revision);
    push(std::move(out));
    return forget(at);
  }
  if (batch.progress) {
    self_->send(with_.store, credit_atom::value, s, std::uint32_t(1));
    bool wanted = w.notified;
    w.notified = false;
    if (wanted) push(std::move(out));
    return told(w, batch.revision);
  }
  w.quiet = false;
  for (auto& e : batch.events) fill(with_.config.keys, e, *out.add_events());
  if (!w.fragment) return push(std::move(out), s);
  auto pieces = fragments(std::move(out), with_.config.request_bytes_max);
  for (auto& piece : pieces) push(std::move(piece), &piece == &pieces.back() ? s : 0);
}

void watches::tick() {
  for (slot at = 0; at < watches_.end(); ++at) {
    auto& w = watches_[at];
    if (w.notify && w.quiet && !w.notified) {
      w.notified = true;
      self_->send(with_.store, credit_atom::value, serial_of(at), std::uint32_t(0));
    }
    w.quiet = true;
  }
  self_->delayed_send(self_, with_.config.progress_interval, tick_atom::value);
}

void watches::read_next() {
  want_read_ = queue_.size() >= answers_waiting_max;
  if (!want_read_) stream_->read();
}

void watches::push(pb::WatchResponse message, serial paid_by) {
  queue_.push_back({std::move(message), paid_by});
  flush();
}

void watches::flush() {
  if (writing_ || queue_.empty()) return;
  writing_ = true;
  stream_->write(std::move(queue_.front().message));
}

void watches::written() {
  writing_ = false;
  if (!queue_.empty()) {
    if (auto s = queue_.front().paid_by; find(s) != none)
      self_->send(with_.store, credit_atom::value, s, std::uint32_t(1));
    queue_.pop_front();
  }
  flush();
  if (want_read_) read_next();
}

void watches::fail(const caf::error& e) {
  stream_->finish(to_status(e));
  self_->quit();
}

watch_session_state::watch_session_state() = default;
watch_session_state::~watch_session_state() = default;

watch_session_actor::behavior_type watch_session(watches::pointer self, session_dependencies with,
                                                 std::shared_ptr<net::etcd::watch_stream> stream) {
  auto interval = with.config.progress_interval;
  attach<pb::WatchRequest>(self, with, *stream);
  self->state.core = std::make_unique<watches>(self, std::move(with), stream);
  auto* core = self->state.core.get();
  self->delayed_send(self, interval, tick_atom::value);
  stream->read();
  return {[core](data_atom, const std::shared_ptr<const pb::WatchRequest>& r) { core->received(*r); },
          [core](written_atom) { core->written(); },
          [self](close_atom) { self->quit(); },
          [core](event_atom, const shared<store::event_batch>& b) { core->event(*b); },
          [core](tick_atom) { core->tick(); }};
}

} // namespace troupe::actors::etcd
