#include "policies/cluster/autopilot.hpp"
#include <algorithm>

namespace troupe::policies::cluster {

namespace {

std::size_t voters_in(const group_view& view) {
  auto& all = view.members;
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](auto& m) { return m.voter; }));
}

/// Whether the voters without that one have a majority that lives.
bool majority_without(const group_view& view, std::uint64_t id) {
  std::size_t all = 0, alive = 0;
  for (auto& m : view.members) {
    if (!m.voter || m.id == id) continue;
    ++all;
    alive += m.alive || m.id == view.leader;
  }
  return all > 0 && 2 * alive > all;
}

bool belongs(const group_view& view, std::uint64_t id) {
  return std::find(view.control_plane.begin(), view.control_plane.end(), id) != view.control_plane.end();
}

std::vector<std::uint64_t> promotable(const group_view& view, const autopilot_config& config) {
  std::vector<std::uint64_t> out;
  for (auto& m : view.members)
    if (!m.voter && m.alive && belongs(view, m.id) && m.match + config.lag_max >= view.last_index) out.push_back(m.id);
  return out;
}

} // namespace

std::vector<member_step> next_change(const group_view& view, const autopilot_config& config) {
  using enum member_step_kind;
  bool others = std::any_of(view.members.begin(), view.members.end(),
                            [&](auto& m) { return m.voter && m.alive && m.id != view.leader && belongs(view, m.id); });
  if (!belongs(view, view.leader) && others) return {{hand_over, view.leader}};
  for (auto& m : view.members) {
    if (m.id == view.leader || belongs(view, m.id)) continue;
    if (!m.voter || majority_without(view, m.id)) return {{remove, m.id}};
  }
  for (auto id : view.control_plane)
    if (std::none_of(view.members.begin(), view.members.end(), [&](auto& m) { return m.id == id; }))
      return {{add_learner, id}};
  auto ready = promotable(view, config);
  // First, for a group that is not full may wait for ever for a second learner.
  for (auto& m : view.members)
    if (m.voter && !m.alive && m.id != view.leader && m.dead_seconds >= config.replace_after_seconds)
      if (!ready.empty() && majority_without(view, m.id)) return {{add_voter, ready.front()}, {add_learner, m.id}};
  auto voters = voters_in(view);
  if (voters >= config.voters) return {};
  std::size_t needed = voters % 2 == 1 ? 2 : 1;
  if (ready.size() < needed || voters + needed > config.voters) return {};
  std::vector<member_step> out;
  for (std::size_t i = 0; i < needed; ++i) out.push_back({add_voter, ready[i]});
  return out;
}

} // namespace troupe::policies::cluster
