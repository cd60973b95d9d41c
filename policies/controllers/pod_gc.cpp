#include "policies/controllers/pod_gc.hpp"
#include "policies/controllers/condition.hpp"
#include "policies/controllers/pods.hpp"
#include <algorithm>
#include <set>

namespace troupe::policies::controllers {

namespace {

using api::string_at;

const api::group_resource pods_type{"", "pods"};

std::string node_of(const api::object& pod) { return std::string(string_at(pod.spec(), {"nodeName"})); }

step at_once(const api::object& pod) {
  auto s = remove(pods_type, pod);
  s.grace_period_seconds = 0;
  return s;
}

/// A lost pod is Failed before it goes, so that its owners and its watchers learn what happened.
step lost_status(const api::object& pod, api::time_point now) {
  auto body = editable(pod);
  auto& status = api::ensure_object(body, {"status"});
  if (!is_finished(pod)) status["phase"] = "Failed";
  set_condition(status, {"DisruptionTarget", "True", "DeletionByPodGC", "PodGC: node no longer exists"}, now);
  return update(pods_type, std::move(body), "status");
}

batch surplus(const pod_gc_view& view) {
  batch out;
  std::vector<api::object_ptr> finished;
  for (auto& [key, pod] : view.pods.all())
    if (is_finished(*pod)) finished.push_back(pod);
  auto most = view.config.terminated_pods_max;
  if (most == 0 || finished.size() <= most) return out;
  std::ranges::stable_sort(finished, {}, [](auto& p) { return string_at(p->metadata(), {"creationTimestamp"}); });
  finished.resize(finished.size() - most);
  for (auto& pod : finished) out.push_back(at_once(*pod));
  return out;
}

} // namespace

missing_nodes observe_missing(const pod_gc_view& view, const missing_nodes& before, api::time_point now) {
  missing_nodes out;
  for (auto& [key, pod] : view.pods.all()) {
    auto node = node_of(*pod);
    if (node.empty() || out.contains(node) || view.nodes.find({"", node})) continue;
    auto known = before.find(node);
    out.emplace(node, known == before.end() ? now : known->second);
  }
  return out;
}

plan plan_pod_gc(const pod_gc_view& view, const missing_nodes& missing, api::time_point now) {
  plan out;
  batch statuses, removals = surplus(view);
  std::set<std::string> leaving;
  for (auto& s : removals) leaving.insert(s.key.text());
  for (auto& [key, pod] : view.pods.all()) {
    if (leaving.contains(key.text())) continue;
    auto node = node_of(*pod);
    auto since = missing.find(node);
    bool lost = since != missing.end() && since->second + view.config.quarantine <= now;
    bool never_bound = pod->deleting() && node.empty();
    if (lost && condition_reason(pod->status(), "DisruptionTarget") != "DeletionByPodGC")
      statuses.push_back(lost_status(*pod, now));
    if (lost || never_bound) removals.push_back(at_once(*pod));
  }
  out.then(std::move(statuses));
  out.then(std::move(removals));
  out.look_again_after(view.config.period);
  return out;
}

} // namespace troupe::policies::controllers
