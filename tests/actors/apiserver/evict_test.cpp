#include "actors/controller/bindings.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::apiserver {
namespace {

using namespace std::chrono_literals;
const resource_path budgets{"policy", "v1", "poddisruptionbudgets"};

struct evict_test : api_fixture {
  void start_pod() {
    start_api();
    own(sys.spawn(controller::controller, controller::service_account(), env, dir, controller::controller_config{}));
    pass(500ms);
    auto made = call(create(admin(), pods, object(R"({"metadata":{"namespace":"a","name":"p","labels":{"x":"y"}},
      "spec":{"nodeName":"n","containers":[{"name":"m","image":"i:1"}]}})")));
    ASSERT_EQ(made.code, 201) << made.message();
    call(merge_patch(admin(), pods, {"a", "p"},
                     object(R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})"),
                     "status"));
  }
  reply evict(const std::string& options = "{}") {
    return call(create_subresource(
        admin(), pods, {"a", "p"}, "eviction",
        object(
            R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p","namespace":"a"},"deleteOptions":)" +
            options + "}")));
  }
  object_handle pod() { return call(get(admin(), pods, {"a", "p"})).object; }
};

TEST_F(evict_test, marks_the_pod_before_it_is_deleted) {
  start_pod();
  auto done = evict(R"({"gracePeriodSeconds":7})");
  ASSERT_EQ(done.code, 201) << done.message();
  EXPECT_EQ(api::string_at(done.object->body(), {"status"}), "Success");
  auto left = pod();
  EXPECT_TRUE(left->deleting());
  EXPECT_EQ(api::int_at(left->metadata(), {"deletionGracePeriodSeconds"}), 7);
  EXPECT_NE(
      left->encoded()->find(
          R"("type":"DisruptionTarget","status":"True","reason":"EvictionByEvictionAPI",)"
          R"("message":"Eviction API: evicting")"),
      std::string::npos)
      << *left->encoded();
}

TEST_F(evict_test, a_dry_run_changes_nothing) {
  start_pod();
  auto before = pod()->revision();
  EXPECT_EQ(evict(R"({"dryRun":["All"]})").code, 201);
  EXPECT_EQ(pod()->revision(), before);
}

TEST_F(evict_test, preconditions_are_checked_against_the_pod_as_it_was) {
  start_pod();
  auto other = evict(R"({"preconditions":{"uid":"u"}})");
  EXPECT_EQ(other.code, 409);
  EXPECT_NE(other.message().find("the UID in the precondition (u) does not match the UID in record"),
            std::string_view::npos);
  EXPECT_EQ(evict(R"({"preconditions":{"resourceVersion":"1"}})").code, 409);
  EXPECT_FALSE(pod()->deleting());
  auto right = evict(R"({"preconditions":{"resourceVersion":")" + std::to_string(pod()->revision()) + "\"}}");
  EXPECT_EQ(right.code, 201) << right.message();
  EXPECT_TRUE(pod()->deleting());
}

TEST_F(evict_test, a_budget_pays_for_it_or_refuses) {
  start_pod();
  auto made = call(create(admin(), budgets, object(R"({"metadata":{"namespace":"a","name":"b"},
    "spec":{"minAvailable":1,"selector":{"matchLabels":{"x":"y"}}}})")));
  ASSERT_EQ(made.code, 201) << made.message();
  auto allow = [&](int disruptions) {
    auto set = call(merge_patch(
        admin(), budgets, {"a", "b"},
        object(
            R"({"status":{"observedGeneration":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1,)"
            R"("disruptionsAllowed":)" +
            std::to_string(disruptions) + "}}"),
        "status"));
    ASSERT_EQ(set.code, 200) << set.message();
  };
  allow(0);
  auto refused = evict();
  EXPECT_EQ(refused.code, 429);
  EXPECT_EQ(refused.message(), "Cannot evict pod as it would violate the pod's disruption budget.");
  EXPECT_FALSE(pod()->deleting());
  allow(1);
  auto done = evict();
  EXPECT_EQ(done.code, 201) << done.message();
  auto budget = call(get(admin(), budgets, {"a", "b"})).object;
  EXPECT_EQ(api::int_at(budget->status(), {"disruptionsAllowed"}), 0);
  EXPECT_TRUE(api::find(budget->status(), {"disruptedPods", "p"}));
  EXPECT_TRUE(pod()->deleting());
}

TEST_F(evict_test, a_node_may_evict_its_own_pods_only) {
  start_pod();
  auto by = [&](const char* node_name) {
    return call(create_subresource(
        node(node_name), pods, {"a", "p"}, "eviction",
        object(R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p","namespace":"a"}})")));
  };
  auto stranger = by("other");
  EXPECT_EQ(stranger.code, 403);
  EXPECT_NE(stranger.message().find("node other can only evict pods with spec.nodeName set to itself"),
            std::string_view::npos);
  EXPECT_EQ(by("n").code, 201);
}

} // namespace
} // namespace troupe::actors::apiserver
