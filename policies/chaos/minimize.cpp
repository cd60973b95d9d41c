#include "policies/chaos/minimize.hpp"
#include "policies/chaos/faults.hpp"
#include <fmt/format.h>

namespace troupe::policies::chaos {

namespace json = api::json;

namespace {

std::string duration(std::uint64_t ms) { return fmt::format("{}ms", ms); }

json::object document_of(const fault& f, const shape& nodes) {
  json::object out{{"at", duration(f.at_ms)}, {"for", duration(f.for_ms)}, {"fault", text(f.what)}};
  bool pair = f.what == fault_kind::cut || f.what == fault_kind::one_way;
  if (f.what == fault_kind::split) {
    json::array side;
    for (auto n : f.side) side.emplace_back(node_name(n, nodes));
    out["side"] = std::move(side);
  } else if (f.what != fault_kind::slow) {
    out["node"] = node_name(f.node, nodes);
  }
  if (pair) out["other"] = node_name(f.other, nodes);
  if (!f.actor.empty()) out["actor"] = f.actor;
  if (f.amount_ms != 0)
    out["by"] = (f.amount_ms < 0 ? "-" : "") + duration(static_cast<std::uint64_t>(std::abs(f.amount_ms)));
  return out;
}

} // namespace

scenario minimize(const scenario& s, std::uint64_t seed, const std::function<bool(const scenario&)>& fails,
                  std::uint32_t tries_max) {
  auto best = s;
  best.schedule = plan_faults(s, seed);
  best.random = {};
  auto attempt = [&](scenario next) {
    if (tries_max == 0) return false;
    --tries_max;
    if (!fails(next)) return false;
    best = std::move(next);
    return true;
  };
  // Halves first, then ever smaller parts, as Zeller's delta debugging does.
  for (auto part = best.schedule.size() / 2; part > 0; part /= 2)
    for (std::size_t i = 0; i < best.schedule.size();) {
      auto next = best;
      auto end = std::min(i + part, next.schedule.size());
      next.schedule.erase(next.schedule.begin() + static_cast<std::ptrdiff_t>(i),
                          next.schedule.begin() + static_cast<std::ptrdiff_t>(end));
      if (!attempt(std::move(next))) i += part;
    }
  std::uint64_t last = 0;
  for (auto& f : best.schedule) last = std::max(last, f.at_ms + f.for_ms);
  if (last < best.run_ms) {
    auto next = best;
    next.run_ms = last;
    attempt(std::move(next));
  }
  return best;
}

json::object document_of(const scenario& s) {
  auto& load = s.load;
  json::object work, faults;
  if (load.registers.clients > 0)
    work["registers"] = {{"keys", load.registers.keys},
                         {"clients", load.registers.clients},
                         {"every", duration(load.registers.every_ms)}};
  if (load.rollouts.deployments > 0)
    work["rollouts"] = {{"deployments", load.rollouts.deployments},
                        {"replicas", load.rollouts.replicas},
                        {"every", duration(load.rollouts.every_ms)}};
  if (load.namespaces.every_ms > 0)
    work["namespaces"] = {{"every", duration(load.namespaces.every_ms)}, {"objects", load.namespaces.objects}};
  if (load.watches.clients > 0)
    work["watches"] = {{"clients", load.watches.clients}, {"every", duration(load.watches.every_ms)}};
  if (load.guards.every_ms > 0) work["guards"] = {{"every", duration(load.guards.every_ms)}};
  if (load.strangers.pods > 0) work["strangers"] = {{"pods", load.strangers.pods}};
  if (!s.schedule.empty()) {
    json::array all;
    for (auto& f : s.schedule) all.emplace_back(document_of(f, s.cluster));
    faults["schedule"] = std::move(all);
  }
  if (s.random.every_ms > 0) {
    json::object kinds;
    for (auto& [kind, weight] : s.random.weights) kinds[text(kind)] = weight;
    faults["random"] = {{"every", duration(s.random.every_ms)},
                        {"shortest", duration(s.random.for_min_ms)},
                        {"longest", duration(s.random.for_max_ms)},
                        {"controlPlanePercent", s.random.control_plane_percent},
                        {"kinds", std::move(kinds)}};
  }
  json::object out{{"name", s.name},
                   {"description", s.description},
                   {"cluster", {{"controlPlane", s.cluster.control_plane}, {"workers", s.cluster.workers}}},
                   {"run", duration(s.run_ms)},
                   {"ready", duration(s.ready_ms)},
                   {"converge", duration(s.converge_ms)},
                   {"workload", std::move(work)},
                   {"faults", std::move(faults)}};
  if (!s.checks.empty()) {
    json::array checks;
    for (auto& name : s.checks) checks.emplace_back(name);
    out["checks"] = std::move(checks);
  }
  return out;
}

} // namespace troupe::policies::chaos
