#include "storage/mvcc/state.hpp"
#include "tests/simulation/store/group.hpp"
#include <caf/event_based_actor.hpp>
#include <fmt/format.h>

namespace troupe::tests::simulation {

void tally::add(const tally& o) {
  acknowledged += o.acknowledged, reads += o.reads, unknown += o.unknown, refused += o.refused;
  failed_compares += o.failed_compares, crashes += o.crashes, pauses += o.pauses, partitions += o.partitions;
  lost_messages += o.lost_messages, events += o.events, leaders += o.leaders;
}

void group::violated(std::string what) {
  if (report_.violation.empty()) report_.violation = fmt::format("at {} ms: {}", now_, what);
}

void group::pause(member& m) {
  if (!m.shard || m.paused_until > now_) return;
  m.paused_until = now_ + 20 + rng_.below(1500);
  ++report_.counts.pauses;
}

void group::isolate(member& m) {
  ++report_.counts.partitions;
  for (auto& other : members_)
    if (other.id != m.id) cut_.insert({m.id, other.id}), cut_.insert({other.id, m.id});
}

/// It wakes up cut off from all others, which have another leader by then, and does not know that time has passed.
void group::suspend_leader() {
  cut_.clear();
  pass(1000);
  for (auto& m : members_)
    if (m.shard && leads(m)) {
      isolate(m);
      m.paused_until = now_ + 900;
      ++report_.counts.pauses;
      return pass(1400);
    }
}

bool group::leads(member& m) {
  bool leading = false;
  system_.spawn([&leading, target = m.shard](caf::event_based_actor* self) {
    self->request(target, std::chrono::seconds(1), actors::status_atom::value)
      .then([&leading](const actors::store::store_status& s) { leading = s.leading; });
  });
  work(~std::size_t{0});
  return leading;
}

/// One fault, or the end of one.
void group::disturb() {
  auto& m = some();
  switch (rng_.below(10)) {
    case 0:
    case 1:
      if (m.shard) crash(m);
      else start(m);
      break;
    case 2:
      for (auto& each : members_)
        if (!each.shard) start(each);
      break;
    case 3: pause(m); break;
    case 4: { // Two sides.
      ++report_.counts.partitions;
      cut_.clear();
      std::set<std::uint64_t> left{m.id};
      if (rng_.percent(50)) left.insert(some().id);
      for (auto& a : members_)
        for (auto& b : members_)
          if (left.contains(a.id) != left.contains(b.id)) cut_.insert({a.id, b.id});
      break;
    }
    case 5: cut_.insert({m.id, some().id}); break;
    case 6: cut_.clear(); break;
    case 7:
      loss_percent_ = rng_.below(25);
      double_percent_ = rng_.below(10);
      slow_percent_ = rng_.below(20);
      break;
    case 8: // As a host that is suspended: others go on, and it wakes up where nobody tells it so.
      pause(m);
      isolate(m);
      break;
    default: loss_percent_ = double_percent_ = slow_percent_ = 0;
  }
}

void group::mend() {
  cut_.clear();
  loss_percent_ = double_percent_ = slow_percent_ = 0;
  for (auto& m : members_) {
    m.paused_until = 0;
    if (!m.shard) start(m);
  }
}

/// All members and all watches know the same, and nobody waits.
bool group::converged() {
  auto newest = members_[0].files->state->current();
  for (auto& m : members_)
    if (m.files->state->current() != newest || (newest > 1 && (m.told.empty() || m.told.back().at != newest)))
      return false;
  return std::none_of(clients_.begin(), clients_.end(), [](auto& c) { return c.busy; });
}

std::string group::positions() const {
  std::string out;
  for (auto& m : members_) {
    auto& state = *m.files->state;
    out += fmt::format(" {}: log {} to {}, applied {}, revision {}, told {};", m.id, m.files->log->first_index().value,
                       m.files->log->last_index().value, state.applied_index(), state.current(),
                       m.told.empty() ? 0 : m.told.back().at);
  }
  for (std::size_t i = 0; i < clients_.size(); ++i)
    if (auto n = clients_[i].busy) out += fmt::format(" client {} waits since {};", i, operations_[n - 1].invoked);
  return out;
}

void group::verify() {
  std::uint32_t hash = 0;
  for (auto& m : members_) {
    if (auto wrong = wrong_with(m.told); !wrong.empty())
      return violated(fmt::format("watch of member {}: {}", m.id, wrong));
    if (m.told != members_[0].told) return violated(fmt::format("member {} told another history than member 1", m.id));
    auto& state = *m.files->state;
    auto its = storage::mvcc::state_hash(*state.snapshot(), state.current(), state.compacted());
    if (!its) return violated("a state can't be read");
    if (m.id > 1 && *its != hash) return violated(fmt::format("member {} has another state than member 1", m.id));
    hash = *its;
  }
  if (auto wrong = wrong_with(operations_, members_[0].told); !wrong.empty()) violated(wrong);
}

void group::pass_until(const std::function<bool()>& condition) {
  constexpr moment patience = 10'000;
  for (moment end = now_ + patience; now_ < end && report_.violation.empty() && !condition();) pass(50);
}

report group::run() {
  if (how_.loss != leader_loss::none) lose_leaders();
  for (moment end = how_.loss == leader_loss::none ? how_.fault_ms : 0; now_ < end && report_.violation.empty();) {
    if (how_.suspend_leaders) {
      suspend_leader();
      continue;
    }
    pass(20 + rng_.below(600));
    disturb();
  }
  mend();
  auto acknowledged = report_.counts.acknowledged;
  // Whatever it was, a healthy group works again soon.
  pass_until([&] { return report_.counts.acknowledged >= acknowledged + 20; });
  if (report_.counts.acknowledged < acknowledged + 20) violated("nothing moves after the last fault");
  clients_on_ = false;
  pass_until([&] { return converged(); });
  if (!converged()) violated("the members do not come together after the last fault:" + positions());
  if (report_.violation.empty()) verify();
  return report_;
}

} // namespace troupe::tests::simulation
