#include "policies/authorization/default_roles.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::authorization {

namespace {

struct need {
  std::string verb, group, resource, subresource;
};

bool granted(const std::string& name, const need& n) {
  return default_roles()
    .grant({.who = {.name = name}, .verb = n.verb, .api_group = n.group, .resource = n.resource,
            .subresource = n.subresource, .ns = "d", .name = "x"})
    .has_value();
}

TEST(component_roles, the_scheduler_binds_and_reports) {
  for (auto& n : {need{"watch", "", "pods", ""}, need{"create", "", "pods", "binding"},
                  need{"patch", "", "pods", "status"}, need{"list", "", "nodes", ""},
                  need{"create", "events.k8s.io", "events", ""}, need{"list", "", "namespaces", ""}})
    EXPECT_TRUE(granted("system:kube-scheduler", n)) << n.verb << " " << n.resource;
  for (auto& n : {need{"get", "", "secrets", ""}, need{"update", "", "nodes", ""}, need{"create", "", "pods", ""}})
    EXPECT_FALSE(granted("system:kube-scheduler", n)) << n.verb << " " << n.resource;
}

TEST(component_roles, the_controller_manager_makes_and_collects) {
  for (auto& n :
       {need{"create", "", "pods", ""}, need{"delete", "apps", "replicasets", ""},
        need{"update", "apps", "deployments", "status"}, need{"update", "", "namespaces", "finalize"},
        need{"deletecollection", "x.io", "things", ""}, need{"create", "discovery.k8s.io", "endpointslices", ""}})
    EXPECT_TRUE(granted("system:kube-controller-manager", n)) << n.verb << " " << n.resource;
  for (auto& n : {need{"create", "rbac.authorization.k8s.io", "clusterrolebindings", ""},
                  need{"create", "", "pods", "exec"}})
    EXPECT_FALSE(granted("system:kube-controller-manager", n)) << n.verb << " " << n.resource;
  EXPECT_FALSE(granted("system:kube-controller", {"create", "", "pods", ""}));
}

} // namespace

} // namespace troupe::policies::authorization
