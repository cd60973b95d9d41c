#include "embedded_fixture.hpp"

namespace troupe::actors::kubelet::testing {
namespace {

TEST_F(embedded, a_pod_sees_its_volumes_environment_and_hosts_and_succeeds) {
  put("configmaps", R"({"metadata":{"name":"cm","namespace":"default"},"data":{"greeting":"hello"}})");
  pod("one",
      R"("command":["sh","-c",
      "cat /v/greeting; echo; echo $NAME; grep $(hostname) /etc/hosts; id -u > /dev/termination-log"],
    "env":[{"name":"NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"volumeMounts":[{"name":"v",
      "mountPath":"/v"}])",
      R"("restartPolicy":"Never","volumes":[{"name":"v","configMap":{"name":"cm"}}],)");
  ASSERT_TRUE(becomes("one", "Succeeded"));
  auto text = log("one");
  EXPECT_NE(text.find("hello"), std::string::npos) << text;
  EXPECT_NE(text.find(" one\n"), std::string::npos) << text;
  EXPECT_NE(text.find("10.251.7."), std::string::npos) << text;
  auto ended = read("pods/default/one");
  auto& c = (*api::array_at(ended->status(), {"containerStatuses"}))[0];
  EXPECT_EQ(api::string_at(c, {"state", "terminated", "message"}), "0\n");
  remove_pod("one");
  EXPECT_TRUE(eventually([&] { return !read("pods/default/one"); }));
  EXPECT_FALSE(std::filesystem::exists(k.pods_dir + "/u-one"));
}

TEST_F(embedded, a_server_becomes_ready_by_its_http_probe_and_survives_a_new_kubelet) {
  pod("web", R"("command":["sh","-c","mkdir /www; echo ok > /www/index.html; exec httpd -f -p 8080 -h /www"],
    "readinessProbe":{"httpGet":{"path":"/index.html","port":8080},"periodSeconds":1})");
  auto ready = [&] {
    auto p = read("pods/default/web");
    auto* list = p ? api::array_at(p->status(), {"containerStatuses"}) : nullptr;
    return list && api::bool_at((*list)[0], {"ready"});
  };
  ASSERT_TRUE(eventually(ready));
  auto id = std::string(
      api::string_at((*api::array_at(read("pods/default/web")->status(), {"containerStatuses"}))[0], {"containerID"}));
  stop();
  drop();
  spawn();
  start();
  ASSERT_TRUE(eventually([&] {
    bool done = false;
    (*self)->request(runtime.pods, 10s, list_atom::value)
      .receive([&](shared<runtime::inventory>& all) { done = all->containers.size() == 1; }, [](caf::error&) {});
    return done;
  }));
  EXPECT_TRUE(ready());
  auto again = read("pods/default/web");
  auto& c = (*api::array_at(again->status(), {"containerStatuses"}))[0];
  EXPECT_EQ(api::string_at(c, {"containerID"}), id);
  EXPECT_EQ(api::int_at(c, {"restartCount"}), 0);
  remove_pod("web");
  EXPECT_TRUE(eventually([&] { return !read("pods/default/web"); }));
}

TEST_F(embedded, a_crashing_container_is_restarted_and_keeps_the_log_of_the_run_before) {
  pod("crash", R"("command":["sh","-c","echo run; exit 4"])");
  EXPECT_TRUE(eventually([&] {
    auto p = read("pods/default/crash");
    auto* list = p ? api::array_at(p->status(), {"containerStatuses"}) : nullptr;
    return list && api::string_at((*list)[0], {"state", "waiting", "reason"}) == "CrashLoopBackOff";
  }));
  EXPECT_NE(log("crash", 0).find("run"), std::string::npos);
  EXPECT_NE(log("crash", 1).find("run"), std::string::npos);
  remove_pod("crash");
  EXPECT_TRUE(eventually([&] { return !read("pods/default/crash"); }));
}

} // namespace
} // namespace troupe::actors::kubelet::testing
