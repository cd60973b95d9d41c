#include "storage/raft/describe.hpp"
#include "storage/raft/encoding.hpp"
#include "tests/simulation/raft/cluster.hpp"
#include <fmt/format.h>

namespace troupe::tests::simulation {

bool cluster::blocked(server_id from, server_id to) const { return cut_.contains({from, to}); }

void cluster::post(envelope e) {
  const auto life = at(e.from).life;
  const bool snapshot = std::holds_alternative<install_snapshot>(e.body);
  if (auto* m = std::get_if<install_snapshot>(&e.body); m && rng_.percent(30)) {
    // The driver sends what it has now, which may be newer than what the fsm knew.
    if (auto newer = at(e.from).raft->describe(at(e.from).applied); newer && newer->index >= m->snapshot.index)
      m->snapshot = *newer;
  }
  if (blocked(e.from, e.to) || rng_.percent(loss_percent_)) {
    if (snapshot)
      schedule(30, [this, e, life] { snapshot_fate(e.from, life, e.to, snapshot_outcome::failed); });
    else if (rng_.percent(20) && at(e.from).raft)
      at(e.from).raft->unreachable(e.to);
    return;
  }
  const auto copies = rng_.percent(double_percent_) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    const auto delay = rng_.percent(slow_percent_) ? rng_.between(20, 400) : rng_.between(1, usual_delay_);
    schedule(delay + (snapshot ? 20 : 0), [this, e, life] { deliver(e, life); });
  }
}

void cluster::deliver(const envelope& e, std::uint64_t sender_life) {
  auto& n = at(e.to);
  const bool arrives = n.raft && !blocked(e.from, e.to);
  if (std::holds_alternative<install_snapshot>(e.body))
    snapshot_fate(e.from, sender_life, e.to, arrives ? snapshot_outcome::sent : snapshot_outcome::failed);
  if (!arrives) return;
  note(describe(e));
  auto body = e.body;
  if (order_ % 16 == 0) {
    auto decoded = decode_envelope(encode(e));
    if (!decoded || *decoded != e) return violated("encoding: " + describe(e));
    body = decoded->body;
  }
  if (auto ok = n.raft->step(e.from, body); !ok)
    return violated(fmt::format("{} refuses ({}) {}", e.to.value, static_cast<int>(ok.error()), describe(e)));
  pump(n);
}

void cluster::snapshot_fate(server_id sender, std::uint64_t life, server_id to, snapshot_outcome how) {
  auto& n = at(sender);
  if (n.life != life || !n.raft) return;
  n.raft->snapshot_sent(to, how);
  pump(n);
}

} // namespace troupe::tests::simulation
