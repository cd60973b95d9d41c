#include "actors/apiserver/authorize.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::apiserver {
namespace {

struct authorize_test : api_fixture {};

TEST_F(authorize_test, components_of_the_process_may_do_what_their_roles_say) {
  start_api();
  struct test_case {
    const char* name;
    call_ptr c;
    bool allowed;
  };
  auto scheduler = component("system:kube-scheduler"), controllers = component("system:kube-controller-manager");
  const resource_path nodes{"", "v1", "nodes"}, secrets{"", "v1", "secrets"},
      leases{"coordination.k8s.io", "v1", "leases"};
  for (auto& c :
       {test_case{"masters may do everything", list(admin(), secrets, "a"), true},
        {"the scheduler reads pods", list(scheduler, pods), true},
        {"the scheduler has no business with secrets", list(scheduler, secrets), false},
        {"controllers make pods", create(controllers, pods, object(R"({"metadata":{"namespace":"a"}})")), true},
        {"controllers do not make roles",
         create(controllers, {"rbac.authorization.k8s.io", "v1", "clusterroles"}, object(R"({"metadata":{}})")), false},
        {"a kubelet writes its own node", merge_patch(node("n"), nodes, {"", "n"}, {}, "status"), true},
        {"a kubelet reads its own node", get(node("n"), nodes, {"", "n"}), true},
        {"a kubelet does not read another node", get(node("n"), nodes, {"", "m"}), false},
        {"a kubelet renews its own lease", merge_patch(node("n"), leases, {"kube-node-lease", "n"}, {}), true},
        {"a kubelet does not list secrets", list(node("n"), secrets, "a"), false},
        {"nobody in particular may do nothing", get(component("somebody"), config_maps, {"a", "x"}), false}})
    EXPECT_EQ(authorize(*c.c).has_value(), c.allowed) << c.name;
}

TEST_F(authorize_test, a_call_without_permission_is_answered_403) {
  start_api();
  auto refused = call(list(component("system:kube-scheduler"), {"", "v1", "secrets"}, "a"));
  EXPECT_EQ(refused.code, 403);
  EXPECT_EQ(refused.message(),
            "secrets is forbidden: User \"system:kube-scheduler\" cannot list resource \"secrets\" in "
            "API group \"\" in the namespace \"a\"");
}

TEST_F(authorize_test, a_node_reads_what_its_pods_use_while_they_do) {
  start_api();
  const resource_path secrets{"", "v1", "secrets"};
  auto read = [&](const char* who) {
    auto r = call(get(node(who), secrets, {"a", "s"}));
    return r.ok() ? std::string() : std::string(r.message());
  };
  call(create(admin(), secrets, object(R"({"metadata":{"namespace":"a","name":"s"}})")));
  EXPECT_EQ(read("n"), "secrets \"s\" is forbidden: User \"system:node:n\" cannot get resource \"secrets\" in API "
                       "group \"\" in the namespace \"a\": no relationship found between node 'n' and this object");
  // As the store has it: admission would want a service account.
  put({"", "pods"}, "a", "p", R"({"spec":{"nodeName":"n","volumes":[{"name":"v","secret":{"secretName":"s"}}]}})");
  run();
  EXPECT_EQ(read("n"), "");
  EXPECT_NE(read("m"), "");
  erase({"", "pods"}, "a", "p");
  run();
  EXPECT_NE(read("n"), "");
}

TEST_F(authorize_test, a_node_lists_its_own_pods_only) {
  start_api();
  auto of = [&](const char* fields) {
    auto c = *list(node("n"), pods);
    if (*fields) c.query["fieldSelector"] = fields;
    return call(share(std::move(c))).code;
  };
  EXPECT_EQ(of("spec.nodeName=n"), 200);
  EXPECT_EQ(of("spec.nodeName=m"), 403);
  EXPECT_EQ(of(""), 403);
}

TEST_F(authorize_test, a_node_writes_its_own_node_only) {
  start_api();
  const resource_path nodes{"", "v1", "nodes"};
  call(create(admin(), nodes, object(R"({"metadata":{"name":"m"}})")));
  auto refused = call(merge_patch(node("n"), nodes, {"", "m"}, {}, "status"));
  EXPECT_EQ(refused.code, 403);
  EXPECT_EQ(refused.message(), "nodes \"m\" is forbidden: node \"n\" is not allowed to modify node \"m\"");
  EXPECT_EQ(call(merge_patch(node("m"), nodes, {"", "m"}, {}, "status")).code, 200);
}

} // namespace
} // namespace troupe::actors::apiserver
