#include "actors/base/message.hpp"
#include "tests/simulation/store/group.hpp"
#include <algorithm>
#include <caf/event_based_actor.hpp>

// How long nobody can write when the leader goes, with the timings that a cluster has.
namespace troupe::tests::simulation {

namespace store = actors::store;

group::member* group::leader_of() {
  for (auto& m : members_)
    if (m.shard && leads(m)) return &m;
  return nullptr;
}

bool group::cut_off(const member& m) const {
  return std::any_of(cut_.begin(), cut_.end(), [&](auto& way) { return way.first == m.id; }) &&
         std::none_of(members_.begin(), members_.end(),
                      [&](auto& other) { return other.id != m.id && !cut_.contains({m.id, other.id}); });
}

void group::lose(member& leader) {
  switch (how_.loss) {
    case leader_loss::none: return;
    case leader_loss::crash: return crash(leader);
    case leader_loss::cut: return isolate(leader);
    case leader_loss::transfer:
      system_.spawn([target = leader.shard](caf::event_based_actor* self) {
        self->request(target, std::chrono::seconds(5), actors::call_atom::value,
                      actors::share(store::command_request(store::leadership_transfer{})))
          .then([](const actors::shared<store::command_response>&) {}, [](const caf::error&) {});
      });
  }
}

void group::lose_leaders() {
  auto written = [this](std::uint64_t more) {
    auto wanted = report_.counts.acknowledged + more;
    pass_until([this, wanted] { return report_.counts.acknowledged >= wanted; });
    return report_.counts.acknowledged >= wanted;
  };
  for (int n = 0; n < how_.losses && report_.violation.empty(); ++n) {
    if (!written(20)) return violated("nobody can write without any fault");
    pass(rng_.below(300));
    auto* leader = leader_of();
    if (!leader) return violated("there is no leader without any fault");
    auto disturbed = report_.counts.unknown + report_.counts.refused;
    longest_gap_ = 0;
    lose(*leader);
    if (!written(20)) return violated("nobody can write after the leader went");
    report_.gaps_ms.push_back(longest_gap_);
    report_.disturbed += report_.counts.unknown + report_.counts.refused - disturbed;
    mend();
    pass(how_.loss == leader_loss::cut ? 3'500 : 1'500);
  }
}

} // namespace troupe::tests::simulation
