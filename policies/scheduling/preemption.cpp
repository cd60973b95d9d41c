#include "policies/scheduling/preemption.hpp"
#include <algorithm>

namespace troupe::policies::scheduling {

namespace {

constexpr std::size_t candidates_min = 100;

struct candidate {
  const node_info* node;
  std::vector<pod_ptr> victims; ///< by importance, most important first
};

std::string_view start_of(const pod_info& pod) { return api::string_at(pod.object->status(), {"startTime"}); }

/// Higher priority first, then the one that runs longer.
bool more_important(const pod_ptr& a, const pod_ptr& b) {
  if (a->priority != b->priority) return a->priority > b->priority;
  auto sa = start_of(*a), sb = start_of(*b);
  if (sa.empty() != sb.empty()) return sb.empty();
  return sa != sb ? sa < sb : a->key < b->key;
}

/// Removes all pods of lower priority, then takes back as many as still fit, the important ones first. On success the
/// rest are the victims; otherwise the status says why the node does not do.
status select_victims(const algorithm& how, const cycle& c, plugin_set skipped, const node_info& node,
                      std::vector<pod_ptr>& victims) {
  std::vector<pod_ptr> lower;
  for (auto& [key, p] : node.pods())
    if (p->priority < c.pod.priority) lower.push_back(p);
  if (lower.empty())
    return status(code::unschedulable_and_unresolvable, "No preemption victims found for incoming pod");
  auto trial = node;
  for (auto& p : lower)
    trial.remove(*p);
  if (auto s = how.filter_with_nominated(c, trial, skipped, nullptr); !s.ok()) return s;
  std::sort(lower.begin(), lower.end(), more_important);
  for (auto& p : lower) {
    trial.add(p);
    if (how.filter_with_nominated(c, trial, skipped, nullptr).ok()) continue;
    trial.remove(*p);
    victims.push_back(p);
  }
  return {};
}

std::int64_t priority_sum(const candidate& c) {
  std::int64_t sum = 0; // Shifted, so that many pods of negative priority do not look better than few.
  for (auto& v : c.victims)
    sum += v->priority + (std::int64_t{1} << 31);
  return sum;
}

/// The earliest start among the victims of the highest priority.
std::string_view earliest_start(const candidate& c) {
  auto out = start_of(*c.victims.front());
  for (auto& v : c.victims)
    if (v->priority == c.victims.front()->priority) out = std::min(out, start_of(*v));
  return out;
}

bool hurts_less(const candidate& a, const candidate& b) {
  auto pa = a.victims.front()->priority, pb = b.victims.front()->priority;
  if (pa != pb) return pa < pb;
  auto sa = priority_sum(a), sb = priority_sum(b);
  if (sa != sb) return sa < sb;
  if (a.victims.size() != b.victims.size()) return a.victims.size() < b.victims.size();
  return earliest_start(a) > earliest_start(b);
}

code code_on(const diagnosis& why, std::string_view node) {
  for (auto& [n, s] : why.rejected)
    if (n->name() == node) return s.what();
  return why.absent.ok() ? code::unschedulable : why.absent.what();
}

bool waits_for_victims(const pod_info& pod, const cluster& all, const diagnosis& why) {
  if (pod.nominated_node.empty()) return false;
  if (code_on(why, pod.nominated_node) == code::unschedulable_and_unresolvable) return false;
  auto* node = all.find(pod.nominated_node);
  return node && std::any_of(node->pods().begin(), node->pods().end(),
                             [&](auto& p) { return p.second->deleting && p.second->priority < pod.priority; });
}

} // namespace

preemption_result preempt(const algorithm& how, const pod_info& pod, const cluster& all, const diagnosis& why,
                          std::mt19937_64& chance) {
  preemption_result out;
  if (!pod.preempts) {
    out.message = "preemption: not eligible due to preemptionPolicy=Never.";
    return out;
  }
  if (waits_for_victims(pod, all, why)) {
    out.message = "preemption: not eligible due to a terminating pod on the nominated node.";
    out.waiting = true;
    return out;
  }
  std::vector<const node_info*> potential;
  for (auto& [node, s] : why.rejected)
    if (s.what() == code::unschedulable) potential.push_back(node);

  diagnosis left;
  left.nodes = why.nodes;
  left.absent = status(code::unschedulable_and_unresolvable, "Preemption is not helpful for scheduling");
  cycle c{pod, all, {}, {}};
  auto wanted = std::max(candidates_min, potential.size() / 10);
  auto offset = potential.empty() ? 0 : chance() % potential.size();
  std::optional<candidate> best;
  for (std::size_t i = 0, found = 0; i < potential.size() && found < wanted; ++i) {
    candidate next{potential[(offset + i) % potential.size()], {}};
    auto s = select_victims(how, c, why.skipped, *next.node, next.victims);
    if (!s.ok() || next.victims.empty()) {
      left.rejected.emplace_back(next.node, std::move(s));
      continue;
    }
    ++found;
    if (!best || hurts_less(next, *best)) best = std::move(next);
  }
  if (best) {
    out.node = best->node->name();
    out.victims = std::move(best->victims);
  } else {
    out.message = "preemption: " + left.text();
  }
  return out;
}

} // namespace troupe::policies::scheduling
