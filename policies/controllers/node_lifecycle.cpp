#include "policies/controllers/node_lifecycle.hpp"
#include "policies/controllers/condition.hpp"
#include "policies/controllers/pods.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::controllers {

namespace {

using api::array_at, api::bool_at, api::string_at;

const api::group_resource nodes_type{"", "nodes"};
const api::group_resource pods_type{"", "pods"};

constexpr std::string_view watched_conditions[] = {"Ready", "MemoryPressure", "DiskPressure", "PIDPressure"};

struct taint_rule {
  std::string_view condition, status, taint;
  bool evicts;
};
constexpr taint_rule taint_rules[] = {
  {"Ready", "False", "node.kubernetes.io/not-ready", true},
  {"Ready", "Unknown", "node.kubernetes.io/unreachable", true},
  {"MemoryPressure", "True", "node.kubernetes.io/memory-pressure", false},
  {"DiskPressure", "True", "node.kubernetes.io/disk-pressure", false},
  {"NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable", false},
  {"PIDPressure", "True", "node.kubernetes.io/pid-pressure", false},
};
constexpr std::string_view unschedulable_taint = "node.kubernetes.io/unschedulable";

using taint_key = std::pair<std::string, std::string>; ///< key, effect

bool is_managed(std::string_view key, std::string_view effect) {
  if (key == unschedulable_taint) return effect == "NoSchedule";
  return std::ranges::any_of(taint_rules, [&](auto& r) {
    return r.taint == key && (effect == "NoSchedule" || (r.evicts && effect == "NoExecute"));
  });
}

std::set<taint_key> wanted_taints(const api::object& node, const json::object& status) {
  std::set<taint_key> out;
  for (auto& rule : taint_rules) {
    auto* c = condition(status, rule.condition);
    if (!c || string_at(*c, {"status"}) != rule.status) continue;
    out.emplace(rule.taint, "NoSchedule");
    if (rule.evicts) out.emplace(rule.taint, "NoExecute");
  }
  if (bool_at(node.spec(), {"unschedulable"})) out.emplace(unschedulable_taint, "NoSchedule");
  return out;
}

/// The node's taints as they should be: others' stay, ours follow the conditions. `timeAdded` starts when a taint
/// comes.
json::array taints_of(const api::object& node, std::set<taint_key> wanted, api::time_point now) {
  json::array out;
  if (auto* list = array_at(node.spec(), {"taints"}))
    for (auto& t : *list) {
      taint_key key{string_at(t, {"key"}), string_at(t, {"effect"})};
      if (wanted.erase(key) != 0 || !is_managed(key.first, key.second)) out.push_back(t);
    }
  for (auto& [key, effect] : wanted) {
    json::object taint{{"key", key}, {"effect", effect}};
    taint["timeAdded"] = api::format_time(now);
    out.push_back(std::move(taint));
  }
  return out;
}

/// Marks what nobody reports any more. Heartbeat times stay as the node wrote them.
void make_unknown(const api::object& node, json::object& status, api::time_point now) {
  auto time = api::format_time(now);
  for (auto type : watched_conditions) {
    auto* old = condition(status, type);
    if (old && string_at(*old, {"status"}) == "Unknown") continue;
    json::object c{{"type", type}, {"status", "Unknown"}};
    c["lastHeartbeatTime"] = old ? string_at(*old, {"lastHeartbeatTime"})
                                 : string_at(node.metadata(), {"creationTimestamp"});
    c["lastTransitionTime"] = time;
    c["reason"] = old ? "NodeStatusUnknown" : "NodeStatusNeverUpdated";
    c["message"] = old ? "Kubelet stopped posting node status." : "Kubelet never posted node status.";
    remove_condition(status, type);
    auto& list = status["conditions"];
    if (!list.is_array()) list.emplace_array();
    list.get_array().push_back(std::move(c));
  }
}

batch mark_pods(const node_lifecycle_view& view, const api::object& node, api::time_point now, plan& out) {
  batch steps;
  for (auto& [key, pod] : view.pods.all()) {
    if (string_at(pod->spec(), {"nodeName"}) != node.name() || !is_ready(*pod)) continue;
    auto body = editable(*pod);
    for (auto& c : body["status"].at("conditions").as_array()) {
      if (string_at(c, {"type"}) != "Ready") continue;
      c.as_object()["status"] = "False";
      c.as_object()["lastTransitionTime"] = api::format_time(now);
    }
    steps.push_back(update(pods_type, std::move(body), "status"));
    out.events.push_back({pod, true, "NodeNotReady", "Node is not ready"});
  }
  return steps;
}

std::string_view ready_status(const json::object& status) {
  auto* c = condition(status, "Ready");
  return c ? string_at(*c, {"status"}) : std::string_view("Unknown");
}

} // namespace

node_health observe(const node_lifecycle_view& view, const api::object_key& key, const node_health* before,
                    api::time_point now) {
  node_health out;
  auto node = view.nodes.find(key);
  auto lease = view.leases.find({"kube-node-lease", key.name});
  if (lease) out.renewed = string_at(lease->spec(), {"renewTime"});
  auto* ready = node ? condition(node->status(), "Ready") : nullptr;
  if (ready) out.heartbeat = string_at(*ready, {"lastHeartbeatTime"});
  bool same = before && before->renewed == out.renewed && before->heartbeat == out.heartbeat;
  out.seen = same ? before->seen : now;
  return out;
}

plan plan_node_lifecycle(const node_lifecycle_view& view, const api::object_key& key, const node_health& health,
                         api::time_point now) {
  plan out;
  auto node = view.nodes.find(key);
  if (!node || node->deleting()) return out;
  json::object status(node->status(), json::storage_ptr());
  auto grace = condition(status, "Ready") ? view.config.grace : view.config.startup_grace;
  bool silent = health.seen + grace <= now;
  std::string before(ready_status(status));
  if (silent) make_unknown(*node, status, now);
  else out.look_again_after(health.seen + grace - now);
  if (!same_status(status, node->status())) {
    auto body = editable(*node);
    body["status"] = status;
    out.then(update(nodes_type, std::move(body), "status"));
    if (before == "True")
      out.events.push_back({node, false, "NodeNotReady", fmt::format("Node {} status is now: NodeNotReady", key.name)});
    out.reason = "the node is silent";
  } else {
    // A node's taints are written in a turn of their own: the status has a newer version now.
    auto taints = taints_of(*node, wanted_taints(*node, status), now);
    auto body = editable(*node);
    if (taints.empty()) api::erase_at(body, {"spec", "taints"});
    else api::set_at(body, {"spec", "taints"}, std::move(taints));
    if (!api::semantically_equal(body, node->body())) out.then(update(nodes_type, std::move(body)));
  }
  if (ready_status(status) != "True" && condition(status, "Ready")) out.then(mark_pods(view, *node, now, out));
  return out;
}

} // namespace troupe::policies::controllers
