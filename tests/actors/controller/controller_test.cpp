#include "actors/controller/bindings.hpp"
#include "actors/controller/garbage.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::controller {
namespace {

using namespace std::chrono_literals;
const apiserver::resource_path replica_set_path{"apps", "v1", "replicasets"}, accounts{"", "v1", "serviceaccounts"};

struct controller_test : api_fixture {
  void start(binding b) { own(sys.spawn(controller, std::move(b), env, dir, controller_config{})); }
  static std::string replica_set_text(int replicas) {
    return R"({"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"r","namespace":"a"},"spec":{"replicas":)" +
           std::to_string(replicas) +
           R"(,"selector":{"matchLabels":{"x":"y"}},"template":{"metadata":{"labels":{"x":"y"}},"spec":{"containers":[{"name":"m","image":"i:1"}]}}}})";
  }
};

TEST_F(controller_test, a_namespace_gets_its_account_and_loses_it_only_for_a_moment) {
  start_api();
  start(service_account());
  pass(500ms);
  EXPECT_EQ(call(apiserver::get(apiserver::admin(), accounts, {"a", "default"})).code, 200);
  call(apiserver::remove(apiserver::admin(), accounts, {"a", "default"}));
  pass(500ms);
  EXPECT_EQ(call(apiserver::get(apiserver::admin(), accounts, {"a", "default"})).code, 200);
}

TEST_F(controller_test, a_replica_set_never_makes_more_pods_than_asked) {
  start_api();
  start(service_account());
  start(replica_set());
  pass(500ms);
  ASSERT_EQ(call(apiserver::create(apiserver::admin(), replica_set_path, object(replica_set_text(7)))).code, 201);
  std::size_t most = 0;
  for (int i = 0; i < 100; ++i) {
    pass(50ms);
    most = std::max(most, call(apiserver::list(apiserver::admin(), pods, "a")).items.size());
  }
  EXPECT_EQ(most, 7u) << "its own writes were awaited before the next plan";
  call(apiserver::merge_patch(apiserver::admin(), replica_set_path, {"a", "r"}, object(R"({"spec":{"replicas":2}})")));
  pass(5s);
  std::size_t active = 0;
  for (auto& p : call(apiserver::list(apiserver::admin(), pods, "a")).items) active += !p->deleting();
  EXPECT_EQ(active, 2u);
}

TEST_F(controller_test, dependents_go_when_their_owner_is_gone) {
  start_api();
  own(sys.spawn(garbage_collector, env, dir, controller_config{}));
  auto owner = call(
      apiserver::create(apiserver::admin(), config_maps, object(R"({"metadata":{"namespace":"a","name":"owner"}})")));
  auto uid = std::string(owner.object->uid());
  call(apiserver::create(
      apiserver::admin(), config_maps,
      object(
          R"({"metadata":{"namespace":"a","name":"dependent","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":")" +
          uid + R"("}]}})")));
  pass(1s);
  EXPECT_EQ(call(apiserver::get(apiserver::admin(), config_maps, {"a", "dependent"})).code, 200);
  call(apiserver::remove(apiserver::admin(), config_maps, {"a", "owner"}));
  pass(2s);
  EXPECT_EQ(call(apiserver::get(apiserver::admin(), config_maps, {"a", "dependent"})).code, 404);
}

TEST_F(controller_test, a_deleted_namespace_is_emptied_and_goes) {
  start_api();
  start(namespace_deletion());
  call(apiserver::create(apiserver::admin(), config_maps, object(R"({"metadata":{"namespace":"a","name":"x"}})")));
  call(apiserver::remove(apiserver::admin(), namespaces, {"", "a"}));
  for (int i = 0; i < 40 && call(apiserver::get(apiserver::admin(), namespaces, {"", "a"})).code != 404; ++i)
    pass(500ms);
  EXPECT_EQ(call(apiserver::get(apiserver::admin(), namespaces, {"", "a"})).code, 404);
}

TEST_F(controller_test, endpoints_of_a_service_follow_its_pods) {
  start_api();
  start(service_account());
  start(endpoints());
  pass(500ms);
  call(apiserver::create(
      apiserver::admin(), services,
      object(R"({"metadata":{"namespace":"a","name":"s"},"spec":{"selector":{"x":"y"},"ports":[{"port":80}]}})")));
  auto made = call(apiserver::create(
      apiserver::admin(), pods,
      object(
          R"({"metadata":{"namespace":"a","name":"p","labels":{"x":"y"}},"spec":{"nodeName":"n","containers":[{"name":"m","image":"i:1"}]}})")));
  ASSERT_EQ(made.code, 201) << made.message();
  call(apiserver::merge_patch(
      apiserver::admin(), pods, {"a", "p"},
      object(
          R"({"status":{"phase":"Running","podIP":"10.1.2.3","podIPs":[{"ip":"10.1.2.3"}],"conditions":[{"type":"Ready","status":"True"}]}})"),
      "status"));
  pass(2s);
  auto found = call(apiserver::get(apiserver::admin(), {"", "v1", "endpoints"}, {"a", "s"}));
  ASSERT_EQ(found.code, 200);
  EXPECT_NE(found.object->encoded()->find("10.1.2.3"), std::string::npos);
}

} // namespace
} // namespace troupe::actors::controller
