#include "tests/actors/kubelet/world.hpp"

namespace troupe::actors::kubelet::testing {
namespace {

using namespace std::chrono_literals;

struct pod_objects : world {
  void config_map(const std::string& name, const std::string& value) {
    cluster.put("configmaps", {{"metadata", {{"name", name}, {"namespace", "default"}}}, {"data", {{"k", value}}}});
    run();
  }
};

constexpr auto with_volume = R"({"volumes":[{"name":"v","configMap":{"name":"cm"}}],
  "containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent","volumeMounts":[{"name":"v",
      "mountPath":"/v"}]}]})";
constexpr auto with_env = R"({"containers":[{"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
  "env":[{"name":"K","valueFrom":{"configMapKeyRef":{"name":"cm","key":"k"}}}]}]})";
constexpr auto with_token = R"({"serviceAccountName":"sa","volumes":[{"name":"t","projected":{"sources":[
  {"serviceAccountToken":{"path":"token","expirationSeconds":3600}}]}}]})";

TEST_F(pod_objects, a_pod_waits_for_the_config_map_of_its_volume_and_starts_when_it_appears) {
  start();
  create_pod(with_volume);
  EXPECT_TRUE(saw_event(R"(FailedMount: MountVolume.SetUp failed for volume "v" : configmap "cm" not found)"));
  advance(3s);
  EXPECT_EQ(rt.count("run"), 0);
  config_map("cm", "1");
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(volumes["v"].back().at("k").bytes, "1");
  ASSERT_FALSE(rt.find("app")->config.mounts.empty());
  EXPECT_EQ(rt.find("app")->config.mounts[0].container_path, "/v");
  EXPECT_EQ(rt.find("app")->config.mounts[0].host_path, "/pods/u-web/volumes/kubernetes.io~configmap/v");
}

TEST_F(pod_objects, a_volume_follows_its_config_map) {
  start();
  config_map("cm", "1");
  create_pod(with_volume);
  config_map("cm", "2");
  EXPECT_EQ(volumes["v"].back().at("k").bytes, "2");
}

TEST_F(pod_objects, an_environment_that_is_missing_is_a_config_error_until_it_appears) {
  start();
  create_pod(with_env);
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "reason"}), "CreateContainerConfigError");
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "message"}), R"(configmap "cm" not found)");
  EXPECT_TRUE(saw_event(R"(Failed: Error: configmap "cm" not found)"));
  config_map("cm", "value");
  EXPECT_EQ(phase(), "Running");
  auto& env_list = rt.find("app")->config.env;
  EXPECT_NE(std::find(env_list.begin(), env_list.end(), std::pair<std::string, std::string>("K", "value")),
            env_list.end());
}

TEST_F(pod_objects, a_token_is_fetched_for_the_pods_account_and_again_at_80_percent_of_its_life) {
  start();
  create_pod(with_token);
  EXPECT_EQ(phase(), "Running");
  auto& asked =
      *std::find_if(cluster.calls.begin(), cluster.calls.end(), [](auto& c) { return c.subresource == "token"; });
  EXPECT_EQ(asked.name, "sa");
  EXPECT_EQ(api::string_at(asked.object->body(), {"spec", "boundObjectRef", "uid"}), "u-web");
  EXPECT_EQ(volumes["t"].back().at("token").bytes, "token-1");
  sched.advance_time(47min);
  run();
  EXPECT_EQ(cluster.tokens, 1);
  sched.advance_time(2min);
  run();
  EXPECT_EQ(cluster.tokens, 2);
  EXPECT_EQ(volumes["t"].back().at("token").bytes, "token-2");
}

TEST_F(pod_objects, services_are_in_the_environment) {
  cluster.put("services", {{"metadata", {{"name", "kubernetes"}, {"namespace", "default"}}},
                           {"spec", {{"clusterIP", "10.96.0.1"}, {"ports", api::json::array{{{"port", 443}}}}}}});
  start();
  create_pod();
  auto& env_list = rt.find("app")->config.env;
  EXPECT_NE(std::find(env_list.begin(), env_list.end(),
                      std::pair<std::string, std::string>("KUBERNETES_SERVICE_HOST", "10.96.0.1")),
            env_list.end());
}

} // namespace
} // namespace troupe::actors::kubelet::testing
