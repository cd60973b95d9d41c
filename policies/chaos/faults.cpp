#include "policies/chaos/faults.hpp"
#include "policies/chaos/chance.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::policies::chaos {

namespace {

constexpr fault_kind all_kinds[] = {fault_kind::crash,   fault_kind::power, fault_kind::pause, fault_kind::cut,
                                    fault_kind::one_way, fault_kind::isolate, fault_kind::split, fault_kind::slow,
                                    fault_kind::reset,   fault_kind::skew,  fault_kind::slow_disk,
                                    fault_kind::full_disk, fault_kind::failing_sync, fault_kind::bit_rot,
                                    fault_kind::slow_actor};
/// Whoever is worth slowing down.
constexpr std::string_view actors[] = {"store",     "store_transport", "watch_cache", "apiserver", "mirror",
                                       "controller", "scheduler",      "kubelet",     "links",     "autopilot",
                                       "gateway"};

fault_kind pick(const fault_mix& mix, chance& c) {
  if (mix.weights.empty()) return all_kinds[c.below(std::size(all_kinds))];
  std::uint64_t sum = 0;
  for (auto& [kind, weight] : mix.weights) sum += weight;
  auto at = c.below(sum);
  for (auto& [kind, weight] : mix.weights) {
    if (at < weight) return kind;
    at -= weight;
  }
  return mix.weights.begin()->first;
}

fault one(const scenario& s, chance& c) {
  const auto masters = s.cluster.control_plane, all = masters + s.cluster.workers;
  fault f;
  f.what = pick(s.random, c);
  f.for_ms = c.between(s.random.for_min_ms, s.random.for_max_ms);
  bool master = s.cluster.workers == 0 || c.percent(s.random.control_plane_percent);
  f.node = master ? c.between(1, masters) : c.between(masters + 1, all);
  // Workers meet masters only.
  f.other = c.between(1, masters);
  if (f.other == f.node) f.other = f.node % all + 1;
  if (f.what == fault_kind::split) {
    f.side.insert(f.node);
    for (std::uint64_t n = 1; n <= all; ++n)
      if (c.percent(40)) f.side.insert(n);
  }
  if (of_disk(f.what)) f.node = c.between(1, masters);
  if (f.what == fault_kind::slow_disk) f.amount_ms = static_cast<std::int64_t>(c.between(20, 2'000));
  if (f.what == fault_kind::slow_actor) {
    f.amount_ms = static_cast<std::int64_t>(c.between(5, 500));
    f.actor = actors[c.below(std::size(actors))];
  }
  if (f.what == fault_kind::slow) f.amount_ms = static_cast<std::int64_t>(c.between(20, 400));
  if (f.what == fault_kind::skew) f.amount_ms = static_cast<std::int64_t>(c.below(120'000)) - 60'000;
  return f;
}

} // namespace

std::vector<fault> plan_faults(const scenario& s, std::uint64_t seed) {
  auto out = s.schedule;
  chance c(seed ^ 0xfa017);
  if (s.random.every_ms > 0)
    for (std::uint64_t at = c.below(s.random.every_ms * 2); at < s.run_ms; at += 1 + c.below(s.random.every_ms * 2)) {
      auto f = one(s, c);
      f.at_ms = at;
      out.push_back(std::move(f));
    }
  for (auto& f : out) f.for_ms = f.at_ms >= s.run_ms ? 0 : std::min(f.for_ms, s.run_ms - f.at_ms);
  std::stable_sort(out.begin(), out.end(), [](auto& a, auto& b) { return a.at_ms < b.at_ms; });
  return out;
}

std::string node_name(std::uint64_t node, const shape& nodes) {
  return fmt::format("{}{}", node <= nodes.control_plane ? "master" : "worker", node);
}

std::string describe(const fault& f, const shape& nodes) {
  auto out = fmt::format("at {} ms for {} ms: {}", f.at_ms, f.for_ms, text(f.what));
  switch (f.what) {
    case fault_kind::cut:
    case fault_kind::one_way: return out + fmt::format(" {} {}", node_name(f.node, nodes), node_name(f.other, nodes));
    case fault_kind::split: {
      std::vector<std::string> names;
      for (auto n : f.side) names.push_back(node_name(n, nodes));
      return out + fmt::format(" {} from the rest", fmt::join(names, " "));
    }
    case fault_kind::slow: return out + fmt::format(" by {} ms", f.amount_ms);
    case fault_kind::skew: return out + fmt::format(" {} by {} ms", node_name(f.node, nodes), f.amount_ms);
    case fault_kind::slow_disk: return out + fmt::format(" {} by {} ms", node_name(f.node, nodes), f.amount_ms);
    case fault_kind::slow_actor:
      return out + fmt::format(" {} of {} by {} ms", f.actor, node_name(f.node, nodes), f.amount_ms);
    default: return out + " " + node_name(f.node, nodes);
  }
}

} // namespace troupe::policies::chaos
