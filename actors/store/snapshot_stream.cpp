#include "actors/store/snapshot_stream.hpp"
#include "actors/base/error.hpp"
#include "actors/store/shard_files.hpp"
#include "storage/raft/encoding.hpp"
#include <caf/typed_event_based_actor.hpp>

namespace troupe::actors::store {

namespace {

constexpr std::size_t piece_bytes = 256 << 10, window = 4;
constexpr auto answer_limit = std::chrono::seconds(5);
constexpr auto retry_pause = std::chrono::milliseconds(300);
constexpr std::uint32_t failures_max = 40; ///< some twelve seconds without the member

} // namespace

void snapshot_sender_state::fill() {
  while (!complete && unanswered.size() < window) {
    auto chunk = source->next();
    if (!chunk) return finish(chunk.error().text());
    snapshot_piece p;
    p.stream = job.stream;
    p.from = job.from.value;
    p.term = job.term.value;
    p.number = next++;
    if (p.number == 0) p.meta = storage::raft::encode(job.meta);
    if (*chunk) p.chunk = std::move(**chunk);
    else p.last = complete = true;
    unanswered.push_back(share(std::move(p)));
    send(unanswered.back());
  }
}

void snapshot_sender_state::send(const shared<snapshot_piece>& p) {
  ++in_flight;
  self->request(peer, caf::timespan{answer_limit}, data_atom::value, p)
    .then([this](std::uint32_t wanted) { answered(wanted); }, [this](caf::error& e) { failed(std::move(e)); });
}

void snapshot_sender_state::answered(std::uint32_t wanted) {
  --in_flight;
  failures = 0;
  while (!unanswered.empty() && unanswered.front()->number < wanted) unanswered.pop_front();
  if (unanswered.empty() && complete) return finish({});
  fill();
  // Something was lost on the way: from where the member is, once nothing is under way any more.
  if (in_flight == 0)
    for (auto& p : unanswered) send(p);
}

void snapshot_sender_state::failed(caf::error why) {
  --in_flight;
  if (code_of(why) != errc::none) return finish(text_of(why)); // The member refuses it.
  if (++failures > failures_max) return finish("the member does not answer");
  if (in_flight == 0) self->delayed_send(self, caf::timespan{retry_pause}, retry_atom::value);
}

void snapshot_sender_state::finish(std::string error) {
  self->send(shard, written_atom::value, snapshot_sent{job.to, std::move(error)});
  self->quit();
}

caf::behavior snapshot_sender(snapshot_sender_state::self_pointer self, snapshot_job job, member_actor peer,
                              snapshot_listener_actor shard) {
  auto& s = self->state;
  s.peer = std::move(peer);
  s.shard = std::move(shard);
  s.source = std::make_unique<storage::snapshot::exporter>(job.view, storage::mvcc::state::families(),
                                                           storage::raft::encode(job.meta), piece_bytes);
  s.job = std::move(job);
  self->send(self, start_atom::value);
  return {
    [=](start_atom) { self->state.fill(); },
    [=](retry_atom) {
      if (self->state.in_flight > 0) return;
      for (auto& p : self->state.unanswered) self->state.send(p);
    },
    [=](peer_atom, const member_actor& again) { self->state.peer = again; },
  };
}

caf::error snapshot_receiver_state::begin(const snapshot_piece& p) {
  auto described = storage::raft::decode_snapshot_meta(p.meta);
  if (!described) return make_error(errc::invalid_argument, "the snapshot has no description");
  importer.reset();
  engine.reset();
  auto made = files->make_incoming(config);
  if (!made) return make_error(errc::storage_failed, made.error().text());
  meta = *described;
  stream = p.stream;
  next = 0;
  engine = std::move(*made);
  importer = std::make_unique<storage::snapshot::importer>(*engine, storage::mvcc::state::families());
  return {};
}

caf::result<std::uint32_t> snapshot_receiver_state::take(const snapshot_piece& p) {
  if (p.stream != stream && p.number == 0)
    if (auto bad = begin(p)) return bad;
  if (p.stream != stream || !importer)
    return make_error(errc::invalid_argument, "a snapshot begins with its first piece");
  if (p.number != next) return next;
  if (p.last) {
    ++next;
    end(p);
    return next;
  }
  auto chunk = storage::snapshot::parse(p.chunk);
  if (!chunk) return make_error(errc::invalid_argument, chunk.error().text());
  if (auto ok = importer->accept(chunk->value); !ok) {
    importer.reset();
    return make_error(errc::storage_failed, ok.error().text());
  }
  return ++next;
}

void snapshot_receiver_state::end(const snapshot_piece& p) {
  snapshot_received done{{p.from}, {p.term}, meta, p.stream, {}};
  bool whole = importer->finished();
  importer.reset();
  engine.reset();
  if (!whole) done.error = "the snapshot ends too early";
  else if (auto ok = files->complete_incoming(config, meta.index.value); !ok) done.error = ok.error().text();
  self->send(shard, written_atom::value, std::move(done));
}

snapshot_receiver_actor::behavior_type snapshot_receiver(snapshot_receiver_state::self_pointer self,
                                                         std::shared_ptr<shard_files> files, store_config config,
                                                         snapshot_listener_actor shard) {
  auto& s = self->state;
  s.files = std::move(files);
  s.config = std::move(config);
  s.shard = std::move(shard);
  return {[=](data_atom, const shared<snapshot_piece>& p) -> caf::result<std::uint32_t> {
    if (!p) return make_error(errc::invalid_argument, "no piece");
    return self->state.take(*p);
  }};
}

} // namespace troupe::actors::store
