#include "actors/base/error.hpp"
#include "tests/actors/kubelet/world.hpp"
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

namespace troupe::actors::kubelet::testing {
namespace {

using namespace std::chrono_literals;

struct agent_test : world {
  std::string open_error(streams::request r) {
    caf::scoped_actor self{sys};
    r.ns = "default";
    if (r.pod.empty()) r.pod = "web";
    std::string text;
    auto handle = self->request(agent, 10s, open_atom::value, share(std::move(r)), actors.front());
    run();
    handle.receive([](const caf::actor&) {}, [&](caf::error& e) { text = e.context().get_as<std::string>(0); });
    return text;
  }
};

TEST_F(agent_test, the_node_registers_and_reports_itself_ready) {
  start();
  auto node = cluster.objects.at("nodes/n1");
  EXPECT_EQ(api::string_at(node->labels(), {"kubernetes.io/hostname"}), "n1");
  EXPECT_EQ(api::string_at(node->status(), {"capacity", "cpu"}), "2");
  EXPECT_EQ(api::string_at(node->status(), {"capacity", "memory"}), "4194304Ki");
  EXPECT_EQ(cluster.calls.front().who.name, "system:node:n1");
  auto lease = cluster.objects.at("leases/kube-node-lease/n1");
  EXPECT_EQ(api::string_at(lease->spec(), {"holderIdentity"}), "n1");
  EXPECT_EQ(api::int_at(lease->spec(), {"leaseDurationSeconds"}), 40);
}

TEST_F(agent_test, the_lease_is_renewed_every_ten_seconds_and_the_status_only_when_it_is_due) {
  start();
  auto renewals = cluster.count(apiserver::verb::patch, "leases");
  auto reports = cluster.count(apiserver::verb::patch, "nodes", "status");
  advance(60s);
  EXPECT_EQ(cluster.count(apiserver::verb::patch, "leases"), renewals + 6);
  EXPECT_EQ(cluster.count(apiserver::verb::patch, "nodes", "status"), reports);
  rt.images.insert("new");
  advance(10s);
  EXPECT_EQ(cluster.count(apiserver::verb::patch, "nodes", "status"), reports + 1) << "images changed";
  advance(300s);
  EXPECT_EQ(cluster.count(apiserver::verb::patch, "nodes", "status"), reports + 2) << "five minutes have passed";
}

TEST_F(agent_test, a_node_that_is_there_keeps_its_place) {
  cluster.put("nodes", {{"metadata", {{"name", "n1"}, {"uid", "old"}}}});
  start();
  auto node = cluster.objects.at("nodes/n1");
  EXPECT_EQ(node->uid(), "old");
  EXPECT_EQ(api::string_at(node->labels(), {"kubernetes.io/os"}), "linux");
  EXPECT_EQ(api::string_at(node->status(), {"nodeInfo", "operatingSystem"}), "linux");
}

TEST_F(agent_test, a_node_that_was_called_unreachable_by_mistake_is_ready_again_at_the_next_look) {
  start();
  auto body = cluster.objects.at("nodes/n1")->body();
  for (auto& c : body["status"].as_object()["conditions"].as_array()) c.as_object()["status"] = "Unknown";
  cluster.put("nodes", std::move(body));
  advance(10s);
  for (auto& c : *api::array_at(cluster.objects.at("nodes/n1")->status(), {"conditions"}))
    EXPECT_NE(c.at("status"), "Unknown") << c;
}

TEST_F(agent_test, a_refused_registration_is_tried_again_soon_and_then_ever_later) {
  cluster.fail_next = 3;
  start();
  auto tries = [&] { return cluster.count(apiserver::verb::create, "nodes"); };
  EXPECT_EQ(tries(), 1);
  advance(100ms);
  EXPECT_EQ(tries(), 2);
  advance(199ms);
  EXPECT_EQ(tries(), 2);
  advance(1ms);
  EXPECT_EQ(tries(), 3);
  advance(400ms);
  EXPECT_TRUE(cluster.objects.contains("nodes/n1"));
  advance(60s);
  EXPECT_EQ(tries(), 4);
}

TEST_F(agent_test, a_deleted_node_registers_again) {
  start();
  cluster.remove("nodes", {"", "n1"});
  advance(301s);
  EXPECT_TRUE(cluster.objects.contains("nodes/n1"));
}

TEST_F(agent_test, a_new_kubelet_adopts_running_containers_without_a_restart) {
  start();
  create_pod();
  auto id = rt.find("app")->id;
  auto writes = cluster.count(apiserver::verb::patch, "pods", "status");
  kill_agent();
  start();
  EXPECT_EQ(rt.count("start"), 1);
  EXPECT_EQ(rt.find("app")->id, id);
  EXPECT_EQ(rt.find("app")->state, runtime::container_state::running);
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(cluster.count(apiserver::verb::patch, "pods", "status"), writes) << "nobody outside sees the restart";
  delete_pod("web", 3);
  EXPECT_EQ(phase(), "gone");
}

TEST_F(agent_test, the_actors_of_pods_end_with_their_kubelet) {
  start();
  create_pod();
  auto pod_actors = [] {
    auto rows = probe_table::instance().rows();
    return std::count_if(rows.begin(), rows.end(), [](auto& r) { return r.name == "pod"; });
  };
  EXPECT_EQ(pod_actors(), 1);
  kill_agent();
  EXPECT_EQ(pod_actors(), 0);
  EXPECT_EQ(rt.find("app")->state, runtime::container_state::running);
}

TEST_F(agent_test, a_container_that_ended_while_the_kubelet_was_away_is_restarted) {
  start();
  create_pod();
  kill_agent();
  rt.end(*rt.find("app"), 1);
  start();
  EXPECT_EQ(rt.count("start"), 2);
  EXPECT_EQ(api::int_at(status_of(), {"restartCount"}), 1);
}

TEST_F(agent_test, sandboxes_of_pods_that_are_gone_are_removed_at_the_start) {
  start();
  create_pod();
  kill_agent();
  cluster.remove("pods", {"default", "web"});
  start();
  EXPECT_TRUE(rt.sandboxes.empty());
}

TEST_F(agent_test, a_pod_whose_traces_a_reboot_took_starts_anew_with_its_count) {
  start();
  create_pod();
  kill_agent();
  rt.sandboxes.clear();
  rt.containers.clear();
  start();
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(api::int_at(status_of(), {"restartCount"}), 1);
}

TEST_F(agent_test, a_pod_of_the_same_name_takes_the_place_of_a_deleted_one) {
  start();
  create_pod();
  auto body = pod()->body();
  api::set_at(body, {"metadata", "uid"}, "second");
  body["status"] = api::json::object{{"phase", "Pending"}};
  cluster.put("pods", std::move(body));
  run();
  EXPECT_EQ(rt.count("run"), 2);
  EXPECT_EQ(rt.sandboxes.size(), 1u);
  EXPECT_EQ(phase(), "Running");
}

TEST_F(agent_test, sessions_go_to_the_run_of_the_container_that_they_name) {
  start();
  create_pod();
  streams::request r;
  r.what = streams::kind::logs;
  EXPECT_EQ(open_error(r), "");
  ASSERT_EQ(rt.last_session.log_files.size(), 1u);
  EXPECT_EQ(rt.last_session.log_files[0], "/logs/default_web_u-web/app/0.log");
  r.what = streams::kind::exec;
  EXPECT_EQ(open_error(r), "");
  EXPECT_EQ(rt.last_session.container, rt.find("app")->id);
}

TEST_F(agent_test, sessions_that_cannot_be_opened_say_why) {
  start();
  rt.pull_errors["x"] = "no";
  create_pod(R"({"containers":[{"name":"a","image":"x"},{"name":"b","image":"x"}]})");
  streams::request r;
  r.what = streams::kind::logs;
  EXPECT_EQ(open_error(r), "a container name must be specified for pod web, choose one of: [a b]");
  r.container = "a";
  EXPECT_EQ(open_error(r), R"(container "a" in pod "web" is waiting to start: image can't be pulled)");
  r.container = "c";
  EXPECT_EQ(open_error(r), "container c is not valid for pod web");
  r.pod = "other";
  EXPECT_EQ(open_error(r), R"(pod "other" not found)");
}

} // namespace
} // namespace troupe::actors::kubelet::testing
