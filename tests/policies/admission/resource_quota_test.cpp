#include "policies/admission/amounts.hpp"
#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

namespace {

api::object_ptr quota(std::string_view hard, std::string_view used, std::string_view spec = "{}") {
  return make(R"({"metadata":{"name":"q","namespace":"n"},"spec":)" + std::string(spec) + R"(,"status":{"hard":)" +
              std::string(hard) + R"(,"used":)" + std::string(used) + "}}");
}
std::string charge(world& w) {
  auto out = charge_quota(w.req, w);
  return out ? "" : out.error().message;
}
constexpr std::string_view sized = R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c",
"resources":{"requests":{"cpu":"500m"},"limits":{"cpu":"1"}}}]}})";

} // namespace

TEST(resource_quota, counts_what_an_object_takes) {
  auto now = *api::parse_time("2026-01-01T12:00:00Z");
  EXPECT_EQ(text_of(usage_of({"", "pods"}, parse(sized), now)),
            "count/pods=1,cpu=500m,limits.cpu=1,pods=1,requests.cpu=500m");
  EXPECT_EQ(text_of(usage_of({"", "pods"}, parse(R"({"status":{"phase":"Succeeded"}})"), now)), "count/pods=1");
  EXPECT_EQ(text_of(usage_of({"apps", "deployments"}, parse("{}"), now)), "count/deployments.apps=1");
  EXPECT_EQ(text_of(usage_of({"", "secrets"}, parse("{}"), now)), "count/secrets=1,secrets=1");
  EXPECT_EQ(text_of(usage_of({"", "services"}, parse(R"({"spec":{"type":"NodePort","ports":[{},{}]}})"), now)),
            "count/services=1,services=1,services.loadbalancers=0,services.nodeports=2");
  EXPECT_EQ(text_of(usage_of({"", "persistentvolumeclaims"},
                             parse(R"({"spec":{"resources":{"requests":{"storage":"1Gi"}}}})"), now)),
            "count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=1Gi");
}

TEST(resource_quota, up_to_the_limit_a_write_is_charged) {
  world w;
  w.set(sized);
  w.quotas = {quota(R"({"pods":"2","requests.cpu":"1"})", R"({"pods":"1","requests.cpu":"500m"})")};
  auto charges = charge_quota(w.req, w);
  ASSERT_TRUE(charges);
  ASSERT_EQ(charges->size(), 1u);
  EXPECT_EQ(api::string_at((*charges)[0].charged, {"status", "used", "pods"}), "2");
  EXPECT_EQ(api::string_at((*charges)[0].charged, {"status", "used", "requests.cpu"}), "1");
  w.req.dry_run = true;
  EXPECT_TRUE(charge_quota(w.req, w)->empty());
}

TEST(resource_quota, past_the_limit_it_is_refused) {
  world w;
  w.set(sized);
  w.quotas = {quota(R"({"pods":"1","requests.cpu":"5"})", R"({"pods":"1","requests.cpu":"0"})")};
  EXPECT_EQ(charge(w), "pods \"p\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1");
}

TEST(resource_quota, pods_must_say_what_is_limited) {
  world w;
  w.quotas = {quota(R"({"limits.memory":"1Gi","requests.cpu":"5"})", R"({"limits.memory":"0","requests.cpu":"0"})")};
  EXPECT_EQ(charge(w),
            "pods \"p\" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c");
}

TEST(resource_quota, a_quota_that_was_not_counted_yet_refuses) {
  world w;
  w.about("", "configmaps", "ConfigMap");
  w.set(R"({"metadata":{"name":"m"}})");
  w.quotas = {quota(R"({"configmaps":"5"})", "{}")};
  EXPECT_EQ(charge(w), "configmaps \"m\" is forbidden: status unknown for quota: q, resources: configmaps");
}

TEST(resource_quota, scopes_choose_pods) {
  world w;
  const api::group_resource pods{"", "pods"};
  auto scope = [&](std::string_view spec, std::string_view pod) {
    return in_scopes(quota("{}", "{}", spec)->body(), pods, parse(pod));
  };
  EXPECT_TRUE(scope(R"({"scopes":["BestEffort"]})", R"({"spec":{"containers":[{}]}})"));
  EXPECT_FALSE(scope(R"({"scopes":["BestEffort"]})", sized));
  EXPECT_TRUE(scope(R"({"scopes":["NotBestEffort","NotTerminating"]})", sized));
  EXPECT_TRUE(scope(R"({"scopes":["Terminating"]})", R"({"spec":{"activeDeadlineSeconds":5}})"));
  EXPECT_TRUE(scope(R"({"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In",
"values":["high"]}]}})",
                    R"({"spec":{"priorityClassName":"high"}})"));
  EXPECT_FALSE(scope(R"({"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In",
"values":["high"]}]}})",
                     R"({"spec":{"priorityClassName":"low"}})"));
  EXPECT_FALSE(in_scopes(quota("{}", "{}", R"({"scopes":["BestEffort"]})")->body(), {"", "configmaps"}, parse("{}")));
}

TEST(resource_quota, an_update_is_charged_for_the_difference) {
  world w;
  w.about("", "services", "Service");
  w.req.what = operation::update;
  w.set(R"({"metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{},{}]}})");
  w.set_old(R"({"metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{}]}})");
  w.quotas = {quota(R"({"services.nodeports":"2","services":"1"})", R"({"services.nodeports":"1","services":"1"})")};
  auto charges = charge_quota(w.req, w);
  ASSERT_TRUE(charges);
  ASSERT_EQ(charges->size(), 1u);
  EXPECT_EQ(api::string_at((*charges)[0].charged, {"status", "used", "services.nodeports"}), "2");
}

} // namespace troupe::policies::admission
