#include "policies/scheduling/resources_fit.hpp"

namespace troupe::policies::scheduling::resources_fit {

namespace {

/// Calls `found(name, unresolvable)` for each resource that is short.
template <class F> void each_shortage(const pod_info& pod, const node_info& node, F found) {
  auto& has = node.allocatable();
  auto& used = node.requested();
  auto& wants = pod.requests;
  auto check = [&](std::string_view name, std::int64_t want, std::int64_t total, std::int64_t taken) {
    if (want > 0 && want > total - taken) found(name, want > total);
  };
  if (static_cast<std::int64_t>(node.pods().size()) + 1 > has.pods) found("pods", false);
  check("cpu", wants.milli_cpu, has.milli_cpu, used.milli_cpu);
  check("memory", wants.memory, has.memory, used.memory);
  check("ephemeral-storage", wants.ephemeral_storage, has.ephemeral_storage, used.ephemeral_storage);
  for (auto& [name, want] : wants.scalars)
    if (want > 0) check(name, want, has.scalar(name), used.scalar(name));
}

std::int64_t left_over(std::int64_t total, std::int64_t used) {
  return used > total ? 0 : (total - used) * score_max / total;
}

} // namespace

std::vector<shortage> shortages(const pod_info& pod, const node_info& node) {
  std::vector<shortage> out;
  each_shortage(pod, node, [&](std::string_view name, bool unresolvable) {
    out.push_back({name == "pods" ? "Too many pods" : "Insufficient " + std::string(name), unresolvable});
  });
  return out;
}

bool fits(const pod_info& pod, const node_info& node) {
  bool ok = true;
  each_shortage(pod, node, [&](std::string_view, bool) { ok = false; });
  return ok;
}

std::int64_t least_allocated(const pod_info& pod, const node_info& node) {
  auto& has = node.allocatable();
  auto& used = node.scored_requested();
  std::int64_t sum = 0, weights = 0;
  auto add = [&](std::int64_t total, std::int64_t taken) {
    if (total == 0) return;
    sum += left_over(total, taken);
    ++weights;
  };
  add(has.milli_cpu, used.milli_cpu + pod.scored_requests.milli_cpu);
  add(has.memory, used.memory + pod.scored_requests.memory);
  return weights == 0 ? 0 : sum / weights;
}

plugin make() {
  plugin p;
  p.name = "NodeResourcesFit";
  p.filter = [](const cycle& c, const node_info& node) {
    if (fits(c.pod, node)) return status();
    auto what = code::unschedulable;
    std::vector<std::string> reasons;
    for (auto& s : shortages(c.pod, node)) {
      if (s.unresolvable) what = code::unschedulable_and_unresolvable;
      reasons.push_back(std::move(s.reason));
    }
    return status(what, std::move(reasons));
  };
  p.score = [](const cycle& c, const node_info& node) { return least_allocated(c.pod, node); };
  p.hint = [](const pod_info& pod, const cluster_event& e) { return e.after && fits(pod, *e.after); };
  return p;
}

} // namespace troupe::policies::scheduling::resources_fit
