#include "actors/controller/bindings.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::apiserver {
namespace {

using namespace std::chrono_literals;
const resource_path quotas{"", "v1", "resourcequotas"}, ranges{"", "v1", "limitranges"};

struct charge_test : api_fixture {
  void start_counting(const std::string& hard) {
    start_api();
    own(sys.spawn(controller::controller, controller::resource_quota(), env, dir, controller::controller_config{}));
    own(sys.spawn(controller::controller, controller::service_account(), env, dir, controller::controller_config{}));
    pass(500ms);
    auto made = call(
        create(admin(), quotas, object(R"({"metadata":{"namespace":"a","name":"q"},"spec":{"hard":)" + hard + "}}")));
    ASSERT_EQ(made.code, 201) << made.message();
    pass(1s);
  }
  std::string used(const char* what) {
    auto quota = call(get(admin(), quotas, {"a", "q"}));
    return std::string(api::string_at(quota.object->status(), {"used", what}));
  }
  static std::string pod(const std::string& name, const std::string& resources = "{}") {
    return R"({"metadata":{"namespace":"a","name":")" + name +
           R"("},"spec":{"containers":[{"name":"m","image":"i:1","resources":)" + resources + "}]}}";
  }
};

TEST_F(charge_test, a_write_past_the_limit_is_refused_and_a_removal_makes_room) {
  start_counting(R"({"pods":"1"})");
  EXPECT_EQ(used("pods"), "0");
  ASSERT_EQ(call(create(admin(), pods, object(pod("x")))).code, 201);
  EXPECT_EQ(used("pods"), "1") << "charged by the creation itself";
  auto refused = call(create(admin(), pods, object(pod("y"))));
  EXPECT_EQ(refused.code, 403);
  EXPECT_EQ(refused.message(),
            "pods \"y\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1");
  ASSERT_EQ(call(remove(admin(), pods, {"a", "x"})).code, 200);
  pass(2s);
  EXPECT_EQ(used("pods"), "0");
  EXPECT_EQ(call(create(admin(), pods, object(pod("y")))).code, 201);
}

TEST_F(charge_test, concurrent_creations_stop_exactly_at_the_limit) {
  start_counting(R"({"configmaps":"11"})");
  pass(1s);
  int before = std::stoi(used("configmaps"));
  constexpr int count = 40;
  for (int i = 0; i < count; ++i)
    self->send(
        caf::actor_cast<caf::actor>(api), call_atom::value,
        create(admin(), config_maps, object(R"({"metadata":{"namespace":"a","name":"c)" + std::to_string(i) + "\"}}")));
  pass(3s);
  int made = 0, refused = 0;
  for (int i = 0; i < count; ++i)
    self->receive(
      [&](shared<reply>& r) {
        made += r->code == 201;
        refused += r->code == 403;
      },
      caf::after(0ms) >> [] { FAIL() << "no answer"; });
  EXPECT_EQ(before + made, 11);
  EXPECT_EQ(made + refused, count);
  EXPECT_EQ(used("configmaps"), "11");
}

TEST_F(charge_test, a_dry_run_is_checked_but_not_charged) {
  start_counting(R"({"pods":"1"})");
  auto dry = [&](const std::string& name) {
    auto c = *create(admin(), pods, object(pod(name)));
    c.query["dryRun"] = "All";
    return call(share(std::move(c)));
  };
  EXPECT_EQ(dry("x").code, 201);
  EXPECT_EQ(used("pods"), "0");
  ASSERT_EQ(call(create(admin(), pods, object(pod("x")))).code, 201);
  EXPECT_EQ(dry("y").code, 403);
}

TEST_F(charge_test, a_name_that_is_taken_is_said_so_and_costs_nothing) {
  start_counting(R"({"pods":"5"})");
  ASSERT_EQ(call(create(admin(), pods, object(pod("x")))).code, 201);
  EXPECT_EQ(call(create(admin(), pods, object(pod("x")))).reason(), "AlreadyExists");
  EXPECT_EQ(used("pods"), "1");
}

TEST_F(charge_test, services_are_charged_for_the_ports_that_an_update_adds) {
  start_counting(R"({"services.nodeports":"1"})");
  ASSERT_EQ(call(create(admin(), services,
                        object(R"({"metadata":{"namespace":"a","name":"s"},"spec":{"ports":[{"port":80}]}})")))
                .code,
            201);
  ASSERT_EQ(call(merge_patch(admin(), services, {"a", "s"}, object(R"({"spec":{"type":"NodePort"}})"))).code, 200);
  EXPECT_EQ(used("services.nodeports"), "1");
  auto more = call(merge_patch(admin(), services, {"a", "s"},
                               object(R"({"spec":{"ports":[{"name":"x","port":80},{"name":"y","port":81}]}})")));
  EXPECT_EQ(more.code, 403) << more.message();
}

TEST_F(charge_test, limit_ranges_set_defaults_and_limits) {
  start_api();
  own(sys.spawn(controller::controller, controller::service_account(), env, dir, controller::controller_config{}));
  pass(500ms);
  auto made = call(
      create(admin(), ranges, object(R"({"metadata":{"namespace":"a","name":"l"},"spec":{"limits":[{"type":"Container",
    "default":{"cpu":"500m"},"defaultRequest":{"cpu":"100m"},"max":{"cpu":"1"}}]}})")));
  ASSERT_EQ(made.code, 201) << made.message();
  pass(100ms);
  auto plain = call(create(admin(), pods, object(pod("x"))));
  ASSERT_EQ(plain.code, 201) << plain.message();
  auto& container = api::array_at(plain.object->spec(), {"containers"})->front();
  EXPECT_EQ(api::string_at(container, {"resources", "limits", "cpu"}), "500m");
  EXPECT_EQ(api::string_at(container, {"resources", "requests", "cpu"}), "100m");
  auto large = call(create(admin(), pods, object(pod("y", R"({"limits":{"cpu":"2"}})"))));
  EXPECT_EQ(large.code, 403);
  EXPECT_EQ(large.message(), "pods \"y\" is forbidden: maximum cpu usage per Container is 1, but limit is 2");
}

} // namespace
} // namespace troupe::actors::apiserver
