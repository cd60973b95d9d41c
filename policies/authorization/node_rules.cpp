#include "policies/authorization/node_rules.hpp"
#include "policies/api/selector.hpp"
#include "policies/authorization/policy_rule.hpp"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace troupe::policies::authorization {

namespace {

constexpr std::string_view user_prefix = "system:node:", lease_namespace = "kube-node-lease";

/// What every node may do, whatever the object's name.
const std::vector<policy_rule>& general_rules() {
  static const std::vector<policy_rule> rules = {
    {{"get", "list", "watch"}, {""}, {"services"}, {}, {}},
    {{"get"}, {""}, {"endpoints"}, {}, {}},
    // kube-proxy is part of a node here, and has no identity of its own.
    {{"get", "list", "watch"}, {"discovery.k8s.io"}, {"endpointslices"}, {}, {}},
    {{"get", "list", "watch"}, {"node.k8s.io"}, {"runtimeclasses"}, {}, {}},
    {{"get", "list", "watch"}, {"storage.k8s.io"}, {"csidrivers"}, {}, {}},
    {{"create", "patch", "update"}, {"", "events.k8s.io"}, {"events"}, {}, {}},
    {{"create", "get", "list", "watch"}, {"certificates.k8s.io"}, {"certificatesigningrequests"}, {}, {}},
    {{"create"}, {"authentication.k8s.io"}, {"tokenreviews"}, {}, {}},
    {{"create"}, {"authorization.k8s.io"}, {"subjectaccessreviews", "localsubjectaccessreviews"}, {}, {}},
  };
  return rules;
}

/// A request with the node that makes it.
struct question {
  const attributes& r;
  std::string_view node;
  const node_references* references;
};

const verdict allowed{decision::allow, ""};
verdict refused(std::string why = {}) { return {decision::no_opinion, std::move(why)}; }

bool one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, text) != list.end();
}

verdict by_reference(const question& q) {
  if (q.r.name.empty()) return refused("No Object name found");
  if (q.references && q.references->refers(q.node, q.r.resource, q.r.ns, q.r.name)) return allowed;
  return refused(fmt::format("no relationship found between node '{}' and this object", q.node));
}

/// "get", "list" and "watch" of one secret or config map.
verdict read_one(const question& q) {
  if (!one_of(q.r.verb, {"get", "list", "watch"})) return refused("can only read resources of this type");
  if (!q.r.subresource.empty()) return refused("cannot read subresource");
  if (q.r.ns.empty()) return refused("can only read namespaced object of this type");
  return by_reference(q);
}

verdict get_one(const question& q) {
  if (q.r.verb != "get") return refused("can only get individual resources of this type");
  if (!q.r.subresource.empty()) return refused("cannot get subresource");
  return by_reference(q);
}

verdict claim(const question& q) {
  if (q.r.subresource != "status") return get_one(q);
  if (!one_of(q.r.verb, {"update", "patch"})) return refused("can only get/update/patch this type");
  return by_reference(q);
}

verdict token(const question& q) {
  if (q.r.verb != "create" || q.r.name.empty())
    return refused("can only create tokens for individual service accounts");
  if (q.r.subresource != "token") return refused("can only create token subresource of serviceaccount");
  return by_reference(q);
}

verdict lease(const question& q) {
  if (!one_of(q.r.verb, {"get", "create", "update", "patch", "delete"}))
    return refused("can only get, create, update, patch, or delete a node lease");
  if (q.r.ns != lease_namespace)
    return refused(fmt::format("can only access leases in the \"{}\" system namespace", lease_namespace));
  // The name of a new lease is in its body, which admission sees.
  if (q.r.verb != "create" && q.r.name != q.node)
    return refused("can only access node lease with the same name as the requesting node");
  return allowed;
}

verdict csi_node(const question& q) {
  if (!one_of(q.r.verb, {"get", "create", "update", "patch", "delete"}))
    return refused("can only get, create, update, patch, or delete a CSINode");
  if (!q.r.subresource.empty()) return refused("cannot authorize CSINode subresources");
  if (q.r.verb != "create" && q.r.name != q.node)
    return refused("can only access CSINode with the same name as the requesting node");
  return allowed;
}

verdict node_object(const question& q) {
  if (q.r.subresource == "status") return one_of(q.r.verb, {"update", "patch"}) ? allowed : refused();
  if (!q.r.subresource.empty()) return refused();
  if (one_of(q.r.verb, {"create", "update", "patch"})) return allowed;
  if (!one_of(q.r.verb, {"get", "list", "watch"})) return refused();
  // By name and not by the graph: a kubelet looks for its node before there is one.
  if (q.r.name == q.node) return allowed;
  if (q.r.name.empty())
    return refused(fmt::format("node '{}' cannot read all nodes, only its own Node object", q.node));
  return refused(fmt::format("node '{}' cannot read '{}', only its own Node object", q.node, q.r.name));
}

/// Whether the request selects the pods of the node and no others.
bool own_pods_only(const question& q) {
  auto selector = api::field_selector::parse(q.r.field_selector);
  return selector && std::ranges::any_of(selector->terms(), [&](auto& term) {
    return term.field == "spec.nodeName" && !term.negated && term.value == q.node;
  });
}

verdict pod(const question& q) {
  auto& sub = q.r.subresource;
  if (sub == "status") return one_of(q.r.verb, {"update", "patch"}) ? allowed : refused();
  if (sub == "eviction") return q.r.verb == "create" ? allowed : refused();
  if (!sub.empty()) return refused();
  if (q.r.verb == "get") return get_one(q);
  // Mirror pods of static pods, and pods that have ended.
  if (one_of(q.r.verb, {"create", "delete"})) return allowed;
  if (!one_of(q.r.verb, {"list", "watch"})) return refused();
  if (own_pods_only(q)) return allowed;
  if (!q.r.name.empty()) return by_reference(q);
  return refused("can only list/watch pods with spec.nodeName field selector");
}

using rule = verdict (*)(const question&);

/// The types of which a node may do some things with some objects.
rule rule_of(const attributes& r) {
  if (r.api_group.empty()) {
    constexpr std::pair<std::string_view, rule> core[] = {
        {"pods", pod},         {"nodes", node_object},           {"secrets", read_one},
        {"configmaps", read_one}, {"serviceaccounts", token},    {"persistentvolumeclaims", claim},
        {"persistentvolumes", get_one}};
    for (auto& [resource, decide] : core)
      if (r.resource == resource) return decide;
    return nullptr;
  }
  if (r.api_group == "coordination.k8s.io" && r.resource == "leases") return lease;
  if (r.api_group == "storage.k8s.io" && r.resource == "csinodes") return csi_node;
  return nullptr;
}

} // namespace

verdict authorize_node(const attributes& request, const node_references* references) {
  std::string_view name = request.who.name;
  if (!name.starts_with(user_prefix) || !request.who.in_group("system:nodes")) return refused();
  auto node = name.substr(user_prefix.size());
  if (node.empty()) return refused(fmt::format("unknown node for user \"{}\"", name));
  if (!request.is_resource()) return refused();
  if (auto decide = rule_of(request)) return decide({request, node, references});
  return std::ranges::any_of(general_rules(), [&](auto& rule) { return allows(rule, request); }) ? allowed : refused();
}

} // namespace troupe::policies::authorization
