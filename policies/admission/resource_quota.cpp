#include "policies/admission/resource_quota.hpp"
#include "policies/admission/amounts.hpp"
#include "policies/admission/plugins.hpp"
#include "policies/strategy/qos.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::admission {

namespace {

constexpr std::array<std::string_view, 7> named_counts{
    "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims"};
constexpr std::array<std::string_view, 8> container_amounts{"cpu",
                                                            "memory",
                                                            "requests.cpu",
                                                            "requests.memory",
                                                            "requests.ephemeral-storage",
                                                            "limits.cpu",
                                                            "limits.memory",
                                                            "limits.ephemeral-storage"};

const api::quantity& one() {
  static const auto unit = api::quantity::from_units(1);
  return unit;
}

bool is(const api::group_resource& type, std::string_view resource) {
  return type.group.empty() && type.resource == resource;
}

/// Pods that have ended, or whose time to end is over, hold no compute.
bool holds_compute(const json::object& pod, api::time_point now) {
  auto phase = api::string_at(pod, {"status", "phase"});
  if (phase == "Succeeded" || phase == "Failed") return false;
  auto end = api::parse_time(api::string_at(pod, {"metadata", "deletionTimestamp"}));
  auto grace = std::chrono::seconds(api::int_at(pod, {"metadata", "deletionGracePeriodSeconds"}));
  return !end || now <= *end + grace;
}

void add_pod(resource_amounts& out, const json::object& pod, api::time_point now) {
  if (!holds_compute(pod, now)) return;
  out["pods"] = one();
  for (auto& [name, amount] : pod_amounts(pod, "requests")) {
    bool extended = name.find('/') != std::string::npos;
    if (!extended) out[name] = amount;
    out["requests." + name] = amount;
  }
  for (auto& [name, amount] : pod_amounts(pod, "limits"))
    if (name == "cpu" || name == "memory" || name == "ephemeral-storage") out["limits." + name] = amount;
}

void add_service(resource_amounts& out, const json::object& service) {
  auto type = api::string_at(service, {"spec", "type"});
  std::int64_t ports = 0;
  if (auto* list = api::array_at(service, {"spec", "ports"})) ports = static_cast<std::int64_t>(list->size());
  bool balanced = type == "LoadBalancer";
  out["services.loadbalancers"] = api::quantity::from_units(balanced ? 1 : 0);
  bool on_nodes =
      type == "NodePort" || (balanced && api::bool_at(service, {"spec", "allocateLoadBalancerNodePorts"}, true));
  out["services.nodeports"] = api::quantity::from_units(on_nodes ? ports : 0);
}

void add_claim(resource_amounts& out, const json::object& claim) {
  auto size = api::quantity::parse(api::string_at(claim, {"spec", "resources", "requests", "storage"}, "0"));
  auto type = api::string_at(claim, {"spec", "storageClassName"});
  if (size) out["requests.storage"] = *size;
  if (type.empty()) return;
  out[fmt::format("{}.storageclass.storage.k8s.io/persistentvolumeclaims", type)] = one();
  if (size) out[fmt::format("{}.storageclass.storage.k8s.io/requests.storage", type)] = *size;
}

bool in_scope(std::string_view scope, const json::object* selector, const json::object& pod) {
  static const json::object none;
  auto* spec = api::object_at(pod, {"spec"});
  auto best_effort = strategy::qos_class(spec ? *spec : none) == "BestEffort";
  bool ends = api::find(pod, {"spec", "activeDeadlineSeconds"});
  if (scope == "BestEffort") return best_effort;
  if (scope == "NotBestEffort") return !best_effort;
  if (scope == "Terminating") return ends;
  if (scope == "NotTerminating") return !ends;
  if (scope == "CrossNamespacePodAffinity") {
    for (auto kind : {"podAffinity", "podAntiAffinity"})
      for (auto list :
           {"requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"})
        if (auto* terms = api::array_at(pod, {"spec", "affinity", kind, list}))
          for (auto& term : *terms) {
            auto* inner = api::object_at(term, {"podAffinityTerm"});
            auto& rule = inner ? *inner : term.as_object();
            if (rule.contains("namespaceSelector") || rule.contains("namespaces")) return true;
          }
    return false;
  }
  if (scope != "PriorityClass") return false;
  auto name = api::string_at(pod, {"spec", "priorityClassName"});
  auto operation = selector ? api::string_at(*selector, {"operator"}) : "Exists";
  if (operation == "Exists") return !name.empty();
  if (operation == "DoesNotExist") return name.empty();
  auto* values = selector ? api::array_at(*selector, {"values"}) : nullptr;
  bool listed = values && std::any_of(values->begin(), values->end(),
                                      [&](const json::value& v) { return v.is_string() && v.get_string() == name; });
  return operation == "In" ? listed : operation == "NotIn" && !listed;
}

/// What a quota limits and each container has to say. Empty, or the text of what is missing.
std::string missing_amounts(const json::object& pod, const resource_amounts& hard) {
  std::map<std::string, std::set<std::string>> missing;
  for_each_container(pod, {"containers", "initContainers"}, [&](const json::object& container) {
    for (auto& [name, amount] : hard) {
      if (std::find(container_amounts.begin(), container_amounts.end(), name) == container_amounts.end()) continue;
      bool limit = name.starts_with("limits.");
      auto plain = name.find('.') == std::string::npos ? name : name.substr(name.find('.') + 1);
      if (!api::find(container, {"resources", limit ? "limits" : "requests", plain}))
        missing[name].insert(std::string(api::string_at(container, {"name"})));
    }
  });
  std::string out;
  for (auto& [name, containers] : missing)
    out += fmt::format("{}{} for: {}", out.empty() ? "" : "; ", name, fmt::join(containers, ","));
  return out;
}

bool covered(const request& req) {
  if (req.ns.empty() || !req.object || !req.subresource.empty()) return false;
  if (req.what == operation::create) return true;
  return req.what == operation::update && (is(req.resource, "services") || is(req.resource, "persistentvolumeclaims"));
}

json::object charged_body(const api::object& quota, const resource_amounts& used) {
  auto body = quota.body();
  auto& target = api::ensure_object(body, {"status", "used"});
  for (auto& [name, amount] : used)
    target[name] = amount.text();
  return body;
}

} // namespace

resource_amounts usage_of(const api::group_resource& type, const json::object& body, api::time_point now) {
  resource_amounts out;
  out["count/" + type.text()] = one();
  if (type.group.empty() && type.resource != "pods" &&
      std::find(named_counts.begin(), named_counts.end(), type.resource) != named_counts.end())
    out[type.resource] = one();
  if (is(type, "pods")) add_pod(out, body, now);
  if (is(type, "services")) add_service(out, body);
  if (is(type, "persistentvolumeclaims")) add_claim(out, body);
  return out;
}

bool counts_for(const api::group_resource& type, std::string_view quota_name) {
  constexpr std::string_view count = "count/";
  if (quota_name.starts_with(count)) return quota_name.substr(count.size()) == type.text();
  if (!type.group.empty()) return false;
  if (quota_name == type.resource)
    return std::find(named_counts.begin(), named_counts.end(), quota_name) != named_counts.end();
  bool of_storage = quota_name == "requests.storage" ||
                    quota_name.find(".storageclass.storage.k8s.io/") != std::string_view::npos;
  if (type.resource == "persistentvolumeclaims") return of_storage;
  if (type.resource == "services") return quota_name == "services.loadbalancers" || quota_name == "services.nodeports";
  if (type.resource != "pods" || of_storage) return false;
  return quota_name.starts_with("requests.") || quota_name.starts_with("limits.") ||
         quota_name.starts_with("hugepages-") || quota_name == "cpu" || quota_name == "memory" ||
         quota_name == "ephemeral-storage";
}

bool in_scopes(const json::object& quota, const api::group_resource& type, const json::object& body) {
  auto *scopes = api::array_at(quota, {"spec", "scopes"}),
       *selectors = api::array_at(quota, {"spec", "scopeSelector", "matchExpressions"});
  bool scoped = (scopes && !scopes->empty()) || (selectors && !selectors->empty());
  if (!scoped) return true;
  if (!is(type, "pods")) return false;
  if (scopes)
    for (auto& scope : *scopes)
      if (!scope.is_string() || !in_scope(scope.get_string(), nullptr, body)) return false;
  if (selectors)
    for (auto& selector : *selectors)
      if (!selector.is_object() || !in_scope(api::string_at(selector, {"scopeName"}), &selector.get_object(), body))
        return false;
  return true;
}

api::result<std::vector<quota_charge>> charge_quota(const request& req, const lookup& view) {
  std::vector<quota_charge> charges;
  if (!covered(req)) return charges;
  auto delta = usage_of(req.resource, *req.object, req.now);
  if (req.what == operation::update && req.old)
    for (auto& [name, amount] : usage_of(req.resource, *req.old, req.now)) {
      auto& left = delta[name];
      left -= amount;
      if (left.negative()) left = {};
    }
  for (auto& quota : view.resource_quotas(req.ns)) {
    if (!in_scopes(quota->body(), req.resource, *req.object)) continue;
    auto hard = read_amounts(api::object_at(quota->status(), {"hard"})),
         used = read_amounts(api::object_at(quota->status(), {"used"}));
    if (is(req.resource, "pods") && req.what == operation::create)
      if (auto missing = missing_amounts(*req.object, hard); !missing.empty())
        return refuse(req, fmt::format("failed quota: {}: must specify {}", quota->name(), missing));
    resource_amounts requested, next, exceeded_request, exceeded_used, exceeded_hard;
    std::string unknown;
    for (auto& [name, amount] : delta) {
      auto limit = hard.find(name);
      if (limit == hard.end()) continue;
      if (!used.contains(name)) unknown += (unknown.empty() ? "" : ",") + name;
      if (amount.zero()) continue;
      auto total = used[name];
      total += amount;
      next[name] = total;
      if (total <= limit->second) continue;
      exceeded_request[name] = amount;
      exceeded_used[name] = used[name];
      exceeded_hard[name] = limit->second;
    }
    if (!unknown.empty())
      return refuse(req, fmt::format("status unknown for quota: {}, resources: {}", quota->name(), unknown));
    if (!exceeded_request.empty())
      return refuse(req, fmt::format("exceeded quota: {}, requested: {}, used: {}, limited: {}", quota->name(),
                                     text_of(exceeded_request), text_of(exceeded_used), text_of(exceeded_hard)));
    if (!next.empty() && !req.dry_run) charges.push_back({quota, charged_body(*quota, next)});
  }
  return charges;
}

} // namespace troupe::policies::admission
