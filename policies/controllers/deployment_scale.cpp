#include "policies/controllers/deployment_scale.hpp"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace troupe::policies::controllers {

namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

/// The set that alone decides: the only active one, or the newest of sets that are all empty.
rollout_set* only_active_or_latest(deployment_state& s) {
  auto active = s.active_sets();
  if (active.size() == 1) return active.front();
  if (!active.empty()) return nullptr;
  if (s.new_set()) return s.new_set();
  return s.sets.empty() ? nullptr : &s.sets.back();
}

bool saturated(const deployment_state& s, const rollout_set* fresh) {
  return fresh && fresh->replicas == s.replicas &&
         number(fresh->annotation(desired_replicas_annotation)) == s.replicas && fresh->available == s.replicas;
}

/// By how much a set should change so that it keeps its share of the whole.
std::int64_t fraction(const deployment_state& s, const rollout_set& set) {
  if (s.replicas == 0) return -set.replicas;
  auto most = s.replicas + s.max_surge;
  auto most_before = number(set.annotation(max_replicas_annotation)).value_or(0);
  if (most_before == 0) most_before = api::int_at(s.deployment->status(), {"replicas"});
  if (most_before == 0) most_before = most;
  auto size = std::round(double(set.replicas) * double(most) / double(most_before));
  return static_cast<std::int64_t>(size) - set.replicas;
}

void scale_in_proportion(deployment_state& s) {
  auto sets = s.active_sets();
  auto allowed = s.replicas > 0 ? s.replicas + s.max_surge : 0;
  auto change = allowed - s.total_replicas();
  if (change == 0 || sets.empty()) return;
  // The larger first; of equal ones the newer grow and the older shrink. Sets are in order of creation.
  if (change > 0) std::ranges::reverse(sets);
  std::ranges::stable_sort(sets, std::ranges::greater(), [](auto* set) { return set->replicas; });
  std::vector<std::int64_t> sizes;
  std::int64_t done = 0;
  for (auto* set : sets) {
    auto left = change - done;
    auto part = left == 0 ? 0 : fraction(s, *set);
    part = change > 0 ? std::min(part, left) : std::max(part, left);
    sizes.push_back(set->replicas + part);
    done += part;
  }
  sizes.front() = std::max<std::int64_t>(0, sizes.front() + change - done);
  for (std::size_t i = 0; i < sets.size(); ++i) sets[i]->replicas = sizes[i];
}

} // namespace

bool is_scaling(deployment_state& s) {
  return std::ranges::any_of(s.active_sets(), [&](auto* set) {
    auto desired = number(set->annotation(desired_replicas_annotation));
    return desired && *desired != s.replicas;
  });
}

void scale(deployment_state& s) {
  if (auto* one = only_active_or_latest(s)) {
    one->replicas = s.replicas;
  } else if (saturated(s, s.new_set())) {
    for (auto* set : s.old_sets()) set->replicas = 0;
  } else if (s.rolling) {
    scale_in_proportion(s);
  }
}

} // namespace troupe::policies::controllers
