#include "policies/scheduling/taint_toleration.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::scheduling::taint_toleration {

namespace {

bool tolerated(const pod_info& pod, const taint& t) {
  return std::any_of(pod.tolerations.begin(), pod.tolerations.end(), [&](auto& x) { return x.tolerates(t); });
}

/// The first taint that keeps the pod away, or null.
const taint* untolerated(const pod_info& pod, const node_info& node) {
  for (auto& t : node.taints())
    if ((t.effect == "NoSchedule" || t.effect == "NoExecute") && !tolerated(pod, t)) return &t;
  return nullptr;
}

std::int64_t disliked(const cycle& c, const node_info& node) {
  return std::count_if(node.taints().begin(), node.taints().end(),
                       [&](auto& t) { return t.effect == "PreferNoSchedule" && !tolerated(c.pod, t); });
}

} // namespace

plugin make() {
  plugin p;
  p.name = "TaintToleration";
  p.filter = [](const cycle& c, const node_info& node) {
    auto* t = untolerated(c.pod, node);
    if (!t) return status();
    return status(code::unschedulable_and_unresolvable,
                  fmt::format("node(s) had untolerated taint {{{}: {}}}", t->key, t->value));
  };
  p.score = disliked;
  p.normalize = [](std::span<std::int64_t> scores) { normalize_scores(scores, direction::reverse); };
  p.weight = 3;
  p.hint = [](const pod_info& pod, const cluster_event& e) {
    if (e.what == cluster_event::kind::pod_removed || !e.after) return false;
    return !untolerated(pod, *e.after) && (!e.before || untolerated(pod, *e.before));
  };
  return p;
}

} // namespace troupe::policies::scheduling::taint_toleration
