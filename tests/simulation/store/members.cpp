#include "actors/base/error.hpp"
#include "actors/base/message.hpp"
#include "storage/log/log.hpp"
#include "storage/mvcc/state.hpp"
#include "tests/simulation/store/group.hpp"
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::tests::simulation {

namespace store = actors::store;
namespace raft = storage::raft;
using namespace std::chrono_literals;

namespace {

store::store_config config_of(std::uint64_t id, const settings& how) {
  store::store_config c;
  c.self = id;
  if (how.loss == leader_loss::none) {
    c.tick = 20ms;
    c.heartbeat_ticks = 1;
    c.election_ticks = 10;
  }
  c.read_timeout = 2s;
  if (how.passes_on) c.patience = 1s;
  if (how.short_log) c.flush_entries = c.trim_entries = c.keep_entries = 20;
  return c;
}

std::unique_ptr<storage::mvcc::state> empty_state() {
  auto engine = storage::engine::open_memory({.families = storage::mvcc::state::families()});
  return std::move(*storage::mvcc::state::open(std::move(engine)));
}

} // namespace

group::group(const settings& how) : how_(how), rng_(how.seed) {
  environment_ = actors::environment::simulated(how.seed, system_, api::time_point{});
  members_.resize(how.members);
  clients_.resize(6);
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i].id = i + 1;
    found(members_[i]);
    surround(members_[i]);
  }
  for (auto& m : members_) start(m);
}

group::~group() {
  for (auto& m : members_) {
    if (m.shard) caf::anon_send_exit(m.shard, caf::exit_reason::kill);
    caf::anon_send_exit(m.wire, caf::exit_reason::kill);
    caf::anon_send_exit(m.watcher, caf::exit_reason::kill);
    m.paused_until = 0;
    m.shard = nullptr;
    m.wire = nullptr;
    for (auto& [to, link] : m.links) caf::anon_send_exit(link, caf::exit_reason::kill);
    m.links.clear();
    m.watcher = nullptr;
  }
  while (!later_.empty()) later_.pop();
  due_.clear();
  lost_.clear();
  work(~std::size_t{0});
  scheduler_.clock().cancel_all();
  work(~std::size_t{0});
}

/// All founders begin with the same record.
void group::found(member& m) {
  m.files = std::make_shared<store::shard_files>();
  m.files->log = std::move(*storage::log::open(storage::engine::open_memory({.families = storage::log::families()})));
  m.files->state = empty_state();
  storage::log::record first;
  first.snapshot = raft::snapshot_meta{};
  for (std::uint64_t id = 1; id <= members_.size(); ++id) first.snapshot->members.voters.push_back({id});
  first.must_sync = true;
  if (!m.files->log->write({&first, 1})) violated("the first record can't be written");
}

void group::surround(member& m) {
  m.wire = system_.spawn([this](wire_actor::pointer) -> wire_actor::behavior_type {
    return {[this](actors::peer_atom, const actors::shared<raft::envelope>& e) { post(*e); },
            [](actors::open_atom, const store::peer_listener_actor&) {}};
  });
  for (std::uint64_t to = 1; to <= members_.size(); ++to)
    m.links[to] = caf::actor_cast<store::member_actor>(
      system_.spawn([this, from = m.id, to](link_pointer self) { return link(self, from, to); }));
  using subscriber = store::subscriber_actor;
  m.watcher = system_.spawn([this, &m](subscriber::pointer self) -> subscriber::behavior_type {
    return {[this, &m, self](actors::event_atom, const actors::shared<store::event_batch>& b) {
      told(m, *b);
      if (m.shard && m.watch) self->send(m.shard, actors::credit_atom::value, m.watch, std::uint32_t{1});
    }};
  });
}

void group::start(member& m) {
  auto transport = caf::actor_cast<decltype(store::store_dependencies::transport)>(m.wire);
  m.shard = system_.spawn(store::store, store::store_dependencies{environment_, m.files, transport},
                          config_of(m.id, how_));
  ++m.life;
  m.reaches.clear();
  m.changed.clear();
  auto* actor = caf::actor_cast<caf::abstract_actor*>(m.shard);
  m.work = dynamic_cast<caf::resumable*>(actor);
  actor->attach_functor([this, id = m.id](const caf::error& why) {
    if (why != caf::exit_reason::kill) violated(fmt::format("member {} gave up: {}", id, actors::text_of(why)));
  });
  m.watch = 0;
  m.opening = false;
}

/// At any instant: some of what is in mailboxes is still done, the rest never.
void group::crash(member& m) {
  ++report_.counts.crashes;
  work(rng_.below(12));
  m.paused_until = 0;
  caf::anon_send_exit(m.shard, caf::exit_reason::kill);
  m.shard = nullptr;
  m.work = nullptr;
  work(~std::size_t{0});
  if (rng_.percent(50)) lose_unsynced(m);
  if (how_.broken == fault_of_ours::forgets_writes) found(m);
}

/// The key-value state needs no sync as long as the log has everything since the beginning, and is no state to send.
void group::lose_unsynced(member& m) {
  auto& log = *m.files->log;
  if (log.first_index().value == 1 && log.snapshot().index.value == 0) m.files->state = empty_state();
}

/// Lets one actor that has mail handle one message; which one is up to chance, as on a machine with many threads.
bool group::turn() {
  auto& jobs = scheduler_.jobs;
  std::vector<std::size_t> able;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (std::none_of(members_.begin(), members_.end(),
                     [&](auto& m) { return m.paused_until > now_ && m.work == jobs[i]; }))
      able.push_back(i);
  if (able.empty()) return false;
  std::swap(jobs.front(), jobs[able[rng_.below(able.size())]]);
  return scheduler_.try_run_once();
}

void group::work(std::size_t turns_max) {
  while (turns_max-- > 0 && turn()) {}
}

void group::pass(moment duration) {
  for (moment end = now_ + duration; now_ < end && report_.violation.empty();) {
    now_ += step_ms;
    scheduler_.advance_time(std::chrono::milliseconds(step_ms));
    deliver();
    wake_links();
    for (auto& m : members_) tell_who_is_there(m);
    if (clients_on_)
      for (std::size_t i = 0; i < clients_.size(); ++i)
        if (!clients_[i].busy && clients_[i].next <= now_) ask(i);
    for (auto& m : members_)
      if (m.shard && !m.watch && !m.opening) watch_on(m);
    work(~std::size_t{0});
  }
}

bool group::blocked(std::uint64_t from, std::uint64_t to) const { return cut_.contains({from, to}); }

/// Messages cross the network as bytes, as in production.
void group::post(const raft::envelope& e) {
  auto copies = rng_.percent(double_percent_) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (rng_.percent(loss_percent_)) {
      ++report_.counts.lost_messages;
      continue;
    }
    auto delay = 1 + rng_.below(4) + (rng_.percent(slow_percent_) ? rng_.below(400) : 0);
    if (!blocked(e.from.value, e.to.value)) under_way_.push({now_ + delay, ++order_, e.to.value, store::to_wire(e)});
  }
}

void group::deliver() {
  while (!under_way_.empty() && under_way_.top().at <= now_) {
    auto next = under_way_.top();
    under_way_.pop();
    auto& m = members_[next.to - 1];
    raft::envelope e;
    store::from_wire(next.bytes, e);
    if (e.to.value != next.to) violated("an envelope did not survive its encoding");
    if (!m.shard || blocked(e.from.value, next.to)) continue;
    note(std::hash<std::string>{}(next.bytes));
    caf::anon_send(m.shard, actors::peer_atom::value, actors::share(std::move(e)));
  }
}

} // namespace troupe::tests::simulation
