#include "tests/simulation/raft/cluster.hpp"
#include <fmt/format.h>

namespace troupe::tests::simulation {

cluster::node* cluster::some_node(bool leader) {
  std::vector<node*> fit;
  for (auto& n : nodes_)
    if (n.raft && (!leader || n.raft->role() == role_kind::leader)) fit.push_back(&n);
  return fit.empty() ? nullptr : fit[rng_.below(fit.size())];
}

/// Proposes and reads all the time, also while all is well again.
void cluster::client() {
  if (auto* n = some_node(true); n && rng_.percent(70)) propose(*n);
  if (auto* n = some_node(rng_.percent(60)); n && faults_) ask_read(*n);
  if (faults_) schedule(rng_.between(4, 60), [this] { client(); });
}

void cluster::propose(node& n) {
  std::vector<payload> list;
  for (auto count = rng_.between(1, 3); count > 0; --count)
    list.push_back(std::make_shared<const std::string>(fmt::format("{:0{}}", ++last_command_, rng_.between(1, 40))));
  if (auto first = n.raft->propose(list))
    for (std::size_t i = 0; i < list.size(); ++i)
      proposed_[{first->term, first->index + i}] = n.id;
  pump(n);
}

void cluster::ask_read(node& n) {
  const auto mode = rng_.percent(50) ? read_mode::lease : read_mode::quorum;
  reads_[++last_read_] = {n.id, checker_.committed(), mode};
  if (!n.raft->read(last_read_, mode)) reads_.erase(last_read_);
  pump(n);
}

void cluster::administrator() {
  if (auto* n = some_node(true)) {
    switch (rng_.below(4)) {
    case 0:
      change_members(*n);
      break;
    case 1:
      if (n->raft->transfer_leadership({rng_.between(1, nodes_.size())})) ++report_.counts.transfers;
      break;
    case 2:
      (void)n->raft->leave_joint();
      break;
    default:
      break;
    }
    pump(*n);
  }
  if (auto* n = some_node(false)) compact(*n), pump(*n);
  if (faults_) schedule(rng_.between(20, 200), [this] { administrator(); });
}

void cluster::change_members(node& n) {
  std::vector<membership_change> changes;
  for (auto count = rng_.between(1, 3); count > 0; --count)
    changes.push_back({static_cast<change_kind>(rng_.below(3)), {rng_.between(1, nodes_.size())}});
  if (!n.raft->change_members(changes, static_cast<transition>(rng_.below(3)))) return;
  ++report_.counts.changes;
  if (n.raft->members().joint()) ++report_.counts.joints;
  note(fmt::format("{} changes the members", n.id.value));
}

void cluster::compact(node& n) {
  if (!n.applied || rng_.percent(50)) return;
  const auto upto = n.applied - rng_.below(std::min<std::uint64_t>(n.applied.value, 6));
  auto meta = n.raft->describe(upto);
  if (!meta || upto <= n.disk.snapshot().index) return;
  n.disk.compact(*meta, upto + 1 - rng_.below(std::min<std::uint64_t>(upto.value, 4)));
  n.raft->compacted(*meta);
  note(fmt::format("{} compacts to {}", n.id.value, upto.value));
}

void cluster::disturb() {
  if (!faults_) return;
  switch (rng_.below(9)) {
  case 0:
  case 1:
    if (auto* n = some_node(rng_.percent(50))) fail(*n);
    break;
  case 2: // The power goes for several at once, perhaps all.
    for (auto& n : nodes_)
      if (n.raft && rng_.percent(60)) fail(n);
    break;
  case 3:
  case 4:
    partition();
    break;
  case 5:
    cut_link();
    break;
  case 6:
    cut_.clear();
    break;
  case 7:
    loss_percent_ = rng_.percent(50) ? 0 : rng_.between(1, 30);
    double_percent_ = rng_.percent(50) ? 0 : rng_.between(1, 20);
    slow_percent_ = rng_.percent(50) ? 0 : rng_.between(1, 30);
    break;
  default:
    for (auto& n : nodes_)
      if (rng_.percent(40)) n.disk_delay = rng_.percent(50) ? 4 : rng_.between(10, 160);
    break;
  }
  schedule(rng_.between(8, 16 * tick_length), [this] { disturb(); });
}

/// Crashes it, to come back soon or late.
void cluster::fail(node& n) {
  crash(n);
  const auto down = rng_.percent(50) ? rng_.between(1, 2 * tick_length) : rng_.between(1, 30 * tick_length);
  schedule(down, [this, id = n.id, life = n.life] {
    if (at(id).life == life && !at(id).raft) start(at(id));
  });
}

void cluster::cut_link() {
  const auto a = nodes_[rng_.below(nodes_.size())].id, b = nodes_[rng_.below(nodes_.size())].id;
  cut_.insert({a, b});
  if (rng_.percent(70)) cut_.insert({b, a});
}

void cluster::partition() {
  ++report_.counts.partitions;
  cut_.clear();
  // One node alone, in one or both directions, or two camps.
  const bool alone = rng_.percent(50), one_way = rng_.percent(30);
  const auto victim = nodes_[rng_.below(nodes_.size())].id;
  std::vector<bool> camp;
  for (const auto& n : nodes_)
    camp.push_back(alone ? n.id == victim : rng_.percent(50));
  for (const auto& a : nodes_)
    for (const auto& b : nodes_)
      if (camp[a.id.value - 1] && !camp[b.id.value - 1]) {
        cut_.insert({a.id, b.id});
        if (!one_way) cut_.insert({b.id, a.id});
      }
  note(fmt::format("partition of {} links", cut_.size()));
}

} // namespace troupe::tests::simulation
