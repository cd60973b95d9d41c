#include "policies/authorization/node_rules.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::authorization {

namespace {

struct only_mine : node_references {
  bool refers(std::string_view node, std::string_view, std::string_view, std::string_view name) const override {
    return node == "n1" && name == "mine";
  }
};

attributes ask(std::string verb, std::string group, std::string resource, std::string name = "", std::string ns = "",
               std::string subresource = "", std::string fields = "") {
  return {.who = {.name = "system:node:n1", .groups = {"system:nodes", "system:authenticated"}},
          .verb = std::move(verb),
          .api_group = std::move(group),
          .resource = std::move(resource),
          .subresource = std::move(subresource),
          .ns = std::move(ns),
          .name = std::move(name),
          .field_selector = std::move(fields)};
}

TEST(node_rules, what_a_node_may) {
  const attributes cases[] = {
      ask("get", "", "nodes", "n1"),
      ask("watch", "", "nodes", "n1"),
      ask("create", "", "nodes"),
      ask("update", "", "nodes", "n1"),
      ask("patch", "", "nodes", "n1", "", "status"),
      ask("create", "coordination.k8s.io", "leases", "", "kube-node-lease"),
      ask("update", "coordination.k8s.io", "leases", "n1", "kube-node-lease"),
      ask("get", "", "pods", "mine", "d"),
      ask("list", "", "pods", "", "", "", "spec.nodeName=n1"),
      ask("watch", "", "pods", "", "", "", "spec.nodeName==n1,status.phase!=Failed"),
      ask("watch", "", "pods", "mine", "d", "", "metadata.name=mine"),
      ask("create", "", "pods", "", "d"),
      ask("delete", "", "pods", "any", "d"),
      ask("patch", "", "pods", "any", "d", "status"),
      ask("create", "", "pods", "any", "d", "eviction"),
      ask("create", "", "events", "", "d"),
      ask("get", "", "secrets", "mine", "d"),
      ask("watch", "", "configmaps", "mine", "d"),
      ask("get", "", "persistentvolumeclaims", "mine", "d"),
      ask("patch", "", "persistentvolumeclaims", "mine", "d", "status"),
      ask("get", "", "persistentvolumes", "mine"),
      ask("create", "", "serviceaccounts", "mine", "d", "token"),
      ask("list", "", "services"),
      ask("watch", "discovery.k8s.io", "endpointslices"),
      ask("create", "certificates.k8s.io", "certificatesigningrequests"),
      ask("create", "storage.k8s.io", "csinodes"),
      ask("update", "storage.k8s.io", "csinodes", "n1"),
      ask("create", "authorization.k8s.io", "subjectaccessreviews"),
  };
  only_mine references;
  for (auto& c : cases)
    EXPECT_EQ(authorize_node(c, &references).outcome, decision::allow) << forbidden_text(c) << " " << c.name;
}

TEST(node_rules, what_a_node_may_not_and_what_it_is_told) {
  constexpr const char* unrelated = "no relationship found between node 'n1' and this object";
  struct {
    attributes request;
    const char* reason;
  } cases[] = {
      {ask("list", "", "nodes"), "node 'n1' cannot read all nodes, only its own Node object"},
      {ask("get", "", "nodes", "n2"), "node 'n1' cannot read 'n2', only its own Node object"},
      {ask("delete", "", "nodes", "n1"), ""},
      {ask("get", "", "nodes", "n1", "", "proxy"), ""},
      {ask("update", "coordination.k8s.io", "leases", "n2", "kube-node-lease"),
       "can only access node lease with the same name as the requesting node"},
      {ask("update", "coordination.k8s.io", "leases", "n1", "kube-system"),
       "can only access leases in the \"kube-node-lease\" system namespace"},
      {ask("list", "coordination.k8s.io", "leases", "", "kube-node-lease"),
       "can only get, create, update, patch, or delete a node lease"},
      {ask("list", "", "pods"), "can only list/watch pods with spec.nodeName field selector"},
      {ask("list", "", "pods", "", "", "", "spec.nodeName=n2"),
       "can only list/watch pods with spec.nodeName field selector"},
      {ask("list", "", "pods", "", "", "", "spec.nodeName!=n1"),
       "can only list/watch pods with spec.nodeName field selector"},
      {ask("get", "", "pods", "other", "d"), unrelated},
      {ask("patch", "", "pods", "mine", "d"), ""},
      {ask("create", "", "pods", "mine", "d", "binding"), ""},
      {ask("create", "", "pods", "mine", "d", "exec"), ""},
      {ask("get", "", "secrets", "other", "d"), unrelated},
      {ask("list", "", "secrets", "", "d"), "No Object name found"},
      {ask("list", "", "secrets"), "can only read namespaced object of this type"},
      {ask("update", "", "secrets", "mine", "d"), "can only read resources of this type"},
      {ask("list", "", "persistentvolumeclaims", "mine", "d"), "can only get individual resources of this type"},
      {ask("get", "", "persistentvolumes", "mine", "", "status"), "cannot get subresource"},
      {ask("get", "", "persistentvolumeclaims", "mine", "d", "status"), "can only get/update/patch this type"},
      {ask("create", "", "serviceaccounts", "other", "d", "token"), unrelated},
      {ask("get", "", "serviceaccounts", "mine", "d"), "can only create tokens for individual service accounts"},
      {ask("create", "", "serviceaccounts", "mine", "d"), "can only create token subresource of serviceaccount"},
      {ask("update", "storage.k8s.io", "csinodes", "n2"),
       "can only access CSINode with the same name as the requesting node"},
      {ask("get", "apps", "deployments", "x", "d"), ""},
      {ask("create", "rbac.authorization.k8s.io", "clusterrolebindings"), ""},
  };
  only_mine references;
  for (auto& c : cases) {
    auto verdict = authorize_node(c.request, &references);
    EXPECT_EQ(verdict.outcome, decision::no_opinion) << forbidden_text(c.request) << " " << c.request.name;
    EXPECT_EQ(verdict.reason, c.reason) << forbidden_text(c.request) << " " << c.request.name;
  }
}

TEST(node_rules, without_references_a_node_is_related_to_nothing) {
  EXPECT_EQ(authorize_node(ask("get", "", "secrets", "mine", "d"), nullptr).outcome, decision::no_opinion);
}

TEST(node_rules, are_for_nodes_only) {
  auto request = ask("list", "", "services");
  request.who.groups = {"system:authenticated"};
  EXPECT_EQ(authorize_node(request, nullptr).outcome, decision::no_opinion);
  request.who = {.name = "somebody", .groups = {"system:nodes"}};
  EXPECT_EQ(authorize_node(request, nullptr).outcome, decision::no_opinion);
  request.who = {.name = "system:node:", .groups = {"system:nodes"}};
  EXPECT_EQ(authorize_node(request, nullptr).reason, "unknown node for user \"system:node:\"");
}

} // namespace

} // namespace troupe::policies::authorization
