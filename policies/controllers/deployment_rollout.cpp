#include "policies/controllers/deployment_rollout.hpp"
#include <algorithm>

namespace troupe::policies::controllers {

namespace {

std::int64_t sum_of_old(deployment_state& s) {
  std::int64_t sum = 0;
  for (auto* set : s.old_sets()) sum += set->replicas;
  return sum;
}

/// A status may still tell of pods that are gone: those of a set that has shrunk, or has shrunk and grows again.
/// Kubernetes takes them for available and can end up below its bound.
std::int64_t surely_available(const rollout_set& set) {
  return set.observed ? std::min(set.available, set.replicas) : 0;
}

/// Takes pods that are not available out of old sets first: they would only hold up the rollout.
void drop_unhealthy(deployment_state& s, std::int64_t most) {
  for (auto* set : s.old_sets()) {
    auto down = std::min(most, set->replicas - set->available);
    if (set->replicas == 0 || down <= 0) continue;
    set->replicas -= down;
    most -= down;
  }
}

void drop_surplus(deployment_state& s) {
  std::int64_t available = 0;
  for (auto& set : s.sets)
    available += &set == s.new_set() ? surely_available(set) : std::min(set.available, set.replicas);
  auto most = available - (s.replicas - s.max_unavailable);
  for (auto* set : s.old_sets()) {
    auto down = std::min(most, set->replicas);
    if (down <= 0) continue;
    set->replicas -= down;
    most -= down;
  }
}

/// True if the new set changed its size.
bool scale_new(deployment_state& s) {
  auto& set = *s.new_set();
  auto wanted = set.replicas > s.replicas ? s.replicas : new_set_size(s);
  if (set.replicas == wanted) return false;
  set.replicas = wanted;
  return true;
}

} // namespace

std::int64_t new_set_size(const deployment_state& s) {
  if (!s.rolling) return s.replicas;
  auto has = s.newest ? s.sets[*s.newest].replicas : 0;
  auto room = s.replicas + s.max_surge - s.total_replicas();
  return room <= 0 ? has : has + std::max<std::int64_t>(0, std::min(room, s.replicas - has));
}

void roll(deployment_state& s) {
  if (!s.new_set() || scale_new(s)) return;
  if (sum_of_old(s) == 0) return;
  auto& fresh = *s.new_set();
  auto not_available = fresh.replicas - surely_available(fresh);
  auto most = s.total_replicas() - (s.replicas - s.max_unavailable) - not_available;
  if (most <= 0) return;
  drop_unhealthy(s, most);
  drop_surplus(s);
}

bool scale_down_old(deployment_state& s) {
  bool any = false;
  for (auto* set : s.old_sets()) {
    any |= set->replicas > 0;
    set->replicas = 0;
  }
  return any;
}

} // namespace troupe::policies::controllers
