#include "policies/scheduling/node_affinity.hpp"
#include <algorithm>
#include <set>

namespace troupe::policies::scheduling::node_affinity {

namespace {

/// The nodes that a term allows by name; empty optional if it does not name any.
std::optional<std::set<std::string>> names_of(const node_term& term) {
  std::optional<std::set<std::string>> out;
  for (auto& f : term.fields) {
    if (f.negated) continue;
    std::set<std::string> names(f.names.begin(), f.names.end());
    if (!out) {
      out = std::move(names);
      continue;
    }
    std::erase_if(*out, [&](auto& n) { return !names.contains(n); });
  }
  return out;
}

status pre_filter(cycle& c) {
  if (!c.pod.required) return status(c.pod.node_selector ? code::success : code::skip);
  if (c.pod.required->empty()) return status();
  std::set<std::string> names;
  for (auto& term : *c.pod.required) {
    auto of_term = names_of(term);
    if (!of_term) return status(); // The terms are alternatives: this one leaves all nodes open.
    names.merge(*of_term);
  }
  if (names.empty()) return status(code::unschedulable_and_unresolvable, "pod affinity terms conflict");
  c.only_nodes.emplace(names.begin(), names.end());
  return status();
}

} // namespace

bool matches(const pod_info& pod, const node_info& node) {
  auto& labels = node.object()->labels();
  if (pod.node_selector && !pod.node_selector->matches(labels)) return false;
  if (!pod.required) return true;
  return std::any_of(pod.required->begin(), pod.required->end(),
                     [&](auto& term) { return term.matches(node.name(), labels); });
}

plugin make() {
  plugin p;
  p.name = "NodeAffinity";
  p.pre_filter = pre_filter;
  p.filter = [](const cycle& c, const node_info& node) {
    if (matches(c.pod, node)) return status();
    return status(code::unschedulable_and_unresolvable, "node(s) didn't match Pod's node affinity/selector");
  };
  p.pre_score = [](cycle& c) { return status(c.pod.preferred.empty() ? code::skip : code::success); };
  p.score = [](const cycle& c, const node_info& node) {
    std::int64_t sum = 0;
    for (auto& term : c.pod.preferred)
      if (term.matches(node.name(), node.object()->labels())) sum += term.weight;
    return sum;
  };
  p.normalize = [](std::span<std::int64_t> scores) { normalize_scores(scores, direction::straight); };
  p.weight = 2;
  p.hint = [](const pod_info& pod, const cluster_event& e) {
    if (e.what == cluster_event::kind::pod_removed || !e.after) return false;
    return matches(pod, *e.after) && (!e.before || !matches(pod, *e.before));
  };
  return p;
}

} // namespace troupe::policies::scheduling::node_affinity
