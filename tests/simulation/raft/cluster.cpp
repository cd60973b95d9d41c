#include "tests/simulation/raft/cluster.hpp"
#include "storage/raft/describe.hpp"
#include <cstdio>
#include <fmt/format.h>

namespace troupe::tests::simulation {
namespace {

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

} // namespace

void tally::add(const tally& o) {
  elections += o.elections, commits += o.commits, crashes += o.crashes, partitions += o.partitions;
  snapshots += o.snapshots, changes += o.changes, joints += o.joints, transfers += o.transfers;
  reads += o.reads, lease_reads += o.lease_reads, acknowledged += o.acknowledged, events += o.events;
}

cluster::cluster(const settings& how) : how_(how), rng_(how.seed * 0x9e3779b97f4a7c15 + 1) {
  const auto size = rng_.between(3, 7), founders = rng_.between(std::min<std::uint64_t>(size, 3), size);
  snapshot_meta bootstrap;
  for (std::uint64_t i = 1; i <= founders; ++i)
    bootstrap.members.voters.push_back({i});
  for (std::uint64_t i = 1; i <= size; ++i)
    nodes_.push_back(node{.id = {i}, .disk = memory_storage(i <= founders ? bootstrap : snapshot_meta{})});
  states_[{}] = 0;
  // Tight bounds, so that every limit is met all the time; short timeouts, so that leaders change often.
  config_.election_ticks = static_cast<std::uint32_t>(rng_.between(5, 12));
  config_.heartbeat_ticks = static_cast<std::uint32_t>(rng_.between(1, 2));
  config_.lease_margin_ticks = 3;
  config_.max_message_bytes = rng_.between(40, 200);
  config_.max_inflight_messages = rng_.between(1, 6);
  config_.max_inflight_bytes = rng_.between(100, 600);
  config_.max_uncommitted_bytes = 600;
  config_.max_apply_bytes = 150;
  config_.max_unapplied_bytes = 300;
  config_.log_cache_bytes = rng_.between(0, 300);
  usual_delay_ = rng_.between(4, 30);
}

report cluster::run() {
  for (auto& n : nodes_)
    start(n);
  client(), administrator(), disturb();
  run_until(how_.fault_ticks * tick_length);
  // From here on nothing goes wrong any more, so the group must come to agree and to make progress.
  faults_ = false;
  cut_.clear();
  loss_percent_ = double_percent_ = slow_percent_ = 0;
  for (auto& n : nodes_) {
    n.disk_delay = 4;
    if (!n.raft) start(n);
  }
  const auto healed = now_;
  while (report_.violation.empty() && !converged()) {
    if (now_ > healed + 400 * tick_length) violated("no progress after the last fault");
    run_until(now_ + 5 * tick_length);
  }
  for (const auto& [index, term] : acknowledged_)
    if (checker_.committed_term(index).value_or(term) != term || index > checker_.committed())
      violated(fmt::format("the acknowledged entry {}/{} is lost", index.value, term.value));
  report_.counts.acknowledged = acknowledged_.size();
  report_.counts.commits = checker_.committed().value;
  return report_;
}

bool cluster::converged() {
  node* leader = nullptr;
  for (auto& n : nodes_)
    if (n.raft->role() == role_kind::leader && (!leader || n.raft->term() > leader->raft->term())) leader = &n;
  if (!leader) return false;
  const auto last = leader->raft->entries_log().last_index();
  if (leader->raft->members().joint()) {
    if (!leader->raft->members().auto_leave) (void)leader->raft->leave_joint(), pump(*leader);
    return false;
  }
  for (auto id : storage::raft::members(leader->raft->members()))
    if (at(id).applied != last) return false;
  // One more command, committed in quiet times, is the proof of life.
  if (const auto it = acknowledged_.find(last); it != acknowledged_.end() && it->second == leader->raft->term())
    return true;
  propose(*leader);
  return false;
}

void cluster::schedule(moment delay, std::function<void()> action) {
  events_.push({now_ + delay, ++order_, std::move(action)});
}

void cluster::run_until(moment end) {
  while (report_.violation.empty() && !events_.empty() && events_.top().at <= end) {
    now_ = events_.top().at;
    auto action = events_.top().action;
    events_.pop();
    ++report_.counts.events;
    action();
  }
  now_ = end;
}

void cluster::start(node& n) {
  ++n.life;
  config_.id = n.id;
  auto started = fsm::start(config_, n.disk, {n.disk.hard(), n.applied},
                            [this](std::uint64_t bound) { return rng_.below(bound); });
  note(fmt::format("{} starts, applied {}", n.id.value, n.applied.value));
  if (!started) return violated(fmt::format("{} does not start: {}", n.id.value, static_cast<int>(started.error())));
  n.raft = std::move(*started);
  checker_.restarted(n.id, n.applied);
  schedule(rng_.below(tick_length) + 1, [this, id = n.id, life = n.life] { tick(id, life); });
}

void cluster::crash(node& n) {
  ++report_.counts.crashes;
  ++n.life;
  n.raft.reset();
  // Of what was at the disk, a part may have made it.
  for (auto kept = rng_.below(n.writing.size() + 1); kept > 0; --kept, n.writing.pop_front())
    n.disk.write(n.writing.front());
  n.writing.clear();
  n.disk_busy = false;
  const auto floor = n.disk.snapshot().index;
  const auto applied = n.applied > floor ? floor + rng_.below(n.applied - floor + 1) : floor;
  n.applied = applied;
  n.state = states_[applied];
  if (how_.broken == sabotage::forgets_votes) n.disk.write({.hard = hard_state{n.disk.hard().term, {}, {}}});
  if (how_.broken == sabotage::loses_last_entry && n.disk.last_index() > n.disk.first_index()) {
    auto last = n.disk.read(n.disk.last_index() - 1, n.disk.last_index(), 1);
    n.disk.write({.hard = hard_state{n.disk.hard().term, n.disk.hard().vote, {}}, .log = *last});
    n.applied = std::min(n.applied, n.disk.last_index());
    n.state = states_[n.applied];
  }
  note(fmt::format("{} crashes", n.id.value));
}

void cluster::tick(server_id id, std::uint64_t life) {
  auto& n = at(id);
  if (n.life != life) return;
  n.raft->tick();
  pump(n);
  schedule(tick_length - 1 + rng_.below(3), [this, id, life] { tick(id, life); });
}

void cluster::pump(node& n) {
  while (n.raft && n.raft->has_batch() && report_.violation.empty())
    carry_out(n, n.raft->take());
  if (n.raft) check(n);
}

void cluster::carry_out(node& n, batch b) {
  check(n);
  checker_.observe(n.id, b);
  for (auto& m : b.messages)
    post(std::move(m));
  if (b.role && b.role->role == role_kind::leader) ++report_.counts.elections;
  for (const auto& r : b.reads) {
    const auto it = reads_.find(r.id);
    if (it == reads_.end()) continue;
    if (r.index && *r.index < it->second.floor)
      violated(fmt::format("{} read {} at {} misses what was committed at {}",
                           it->second.mode == read_mode::lease ? "lease" : "quorum", r.id, n.id.value,
                           it->second.floor.value));
    if (r.index) ++(it->second.mode == read_mode::lease ? report_.counts.lease_reads : report_.counts.reads);
    reads_.erase(it);
  }
  apply(n, b);
  if (!b.number) return;
  if (how_.broken == sabotage::promises_early || how_.broken == sabotage::reports_early)
    for (auto& m : std::exchange(b.after_persist, {}))
      post(std::move(m));
  const auto number = b.number;
  n.writing.push_back(std::move(b));
  if (how_.broken == sabotage::reports_early) n.raft->persisted(number);
  write_next(n);
}

void cluster::write_next(node& n) {
  if (n.disk_busy || n.writing.empty()) return;
  n.disk_busy = true;
  schedule(1 + rng_.below(n.disk_delay), [this, id = n.id, life = n.life] { finish_write(id, life); });
}

void cluster::finish_write(server_id id, std::uint64_t life) {
  auto& n = at(id);
  if (n.life != life) return;
  n.disk_busy = false;
  // Group commit: one sync may cover several batches, and then only the last is reported.
  batch_number done;
  for (auto group = rng_.between(1, n.writing.size()); group > 0; --group) {
    auto b = std::move(n.writing.front());
    n.writing.pop_front();
    done = b.number;
    make_durable(n, b);
    for (auto& m : b.after_persist)
      post(std::move(m));
  }
  if (how_.broken != sabotage::reports_early) n.raft->persisted(done);
  pump(n);
  write_next(n);
}

void cluster::make_durable(node& n, const batch& b) {
  n.disk.write(b);
  if (b.snapshot) load(n, *b.snapshot);
}

void cluster::load(node& n, const snapshot_meta& snapshot) {
  ++report_.counts.snapshots;
  n.applied = snapshot.index;
  n.state = states_[snapshot.index];
}

void cluster::apply(node& n, const batch& b) {
  for (const auto& e : b.committed) {
    if (e.index != n.applied + 1) return violated(fmt::format("{} applies out of order", n.id.value));
    n.applied = e.index;
    n.state = mix(n.state, e.view());
    const auto [it, first] = states_.try_emplace(e.index, n.state);
    if (!first && it->second != n.state)
      violated(fmt::format("the state of {} differs at {}", n.id.value, e.index.value));
    if (auto mine = proposed_.find(e.id()); mine != proposed_.end() && mine->second == n.id) {
      acknowledged_[e.index] = e.term;
      proposed_.erase(mine);
    }
  }
  if (!b.committed.empty()) n.raft->applied(n.applied);
}

void cluster::check(node& n) {
  checker_.observe(*n.raft);
  if (!checker_.violation().empty()) violated(checker_.violation());
}

void cluster::violated(std::string what) {
  if (!report_.violation.empty()) return;
  report_.violation = fmt::format("at {}: {}", now_, what);
  note("VIOLATION " + report_.violation);
}

void cluster::note(const std::string& what) {
  report_.trace = mix(report_.trace ^ now_, what);
  if (how_.trace) fmt::print("{:>6} {}\n", now_, what);
}

} // namespace troupe::tests::simulation
