#include "policies/authorization/default_roles.hpp"

namespace troupe::policies::authorization {

namespace {

using words = std::vector<std::string>;

policy_rule rule(words verbs, words groups, words resources, words names = {}) {
  return {std::move(verbs), std::move(groups), std::move(resources), std::move(names), {}};
}

const words read{"get", "list", "watch"};

role scheduler() {
  return {"system:kube-scheduler",
          {rule({"create", "patch", "update"}, {"", "events.k8s.io"}, {"events"}),
           rule({"create", "list", "watch"}, {"coordination.k8s.io"}, {"leases"}),
           rule({"get", "update"}, {"coordination.k8s.io"}, {"leases"}, {"kube-scheduler"}),
           rule(read, {""}, {"nodes", "namespaces", "replicationcontrollers", "services"}),
           rule({"get", "list", "watch", "delete"}, {""}, {"pods"}),
           rule({"create"}, {""}, {"bindings", "pods/binding"}),
           rule({"patch", "update"}, {""}, {"pods/status"}),
           rule(read, {"apps"}, {"replicasets", "statefulsets"}),
           rule(read, {"policy"}, {"poddisruptionbudgets"}),
           rule({"get", "list", "watch", "patch", "update"}, {""}, {"persistentvolumeclaims", "persistentvolumes"}),
           rule(read, {"storage.k8s.io"}, {"csinodes", "csidrivers", "csistoragecapacities", "storageclasses"}),
           rule({"create"}, {"authentication.k8s.io"}, {"tokenreviews"}),
           rule({"create"}, {"authorization.k8s.io"}, {"subjectaccessreviews"})}};
}

/// One user runs all controllers here, so its role is the sum of what Kubernetes grants to each of them. Namespace
/// deletion and garbage collection reach every resource type.
role controller_manager() {
  return {"system:kube-controller-manager",
          {rule({"get", "list", "watch", "patch", "update", "delete", "deletecollection"}, {"*"}, {"*"}),
           rule({"create"}, {""},
                {"pods", "endpoints", "events", "serviceaccounts", "serviceaccounts/token", "configmaps", "secrets",
                 "namespaces/finalize", "persistentvolumeclaims", "pods/eviction"}),
           rule({"create"}, {"events.k8s.io"}, {"events"}),
           rule({"create"}, {"apps"}, {"replicasets", "controllerrevisions"}),
           rule({"create"}, {"batch"}, {"jobs"}),
           rule({"create"}, {"discovery.k8s.io"}, {"endpointslices"}),
           rule({"create"}, {"coordination.k8s.io"}, {"leases"}),
           rule({"create"}, {"authentication.k8s.io"}, {"tokenreviews"}),
           rule({"create"}, {"authorization.k8s.io"}, {"subjectaccessreviews"})}};
}

} // namespace

void add_component_roles(role_table& table) {
  table.add(scheduler());
  table.add(controller_manager());
  table.add(role_binding{"system:kube-scheduler", {"system:kube-scheduler"}, {}, ""});
  table.add(role_binding{"system:kube-controller-manager", {"system:kube-controller-manager"}, {}, ""});
}

} // namespace troupe::policies::authorization
