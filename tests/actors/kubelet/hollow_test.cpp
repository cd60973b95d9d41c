#include "actors/base/probe.hpp"
#include "actors/runtime/hollow.hpp"
#include "tests/actors/kubelet/world.hpp"
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::actors::kubelet::testing {
namespace {

using namespace std::chrono_literals;

/// The kubelet on the hollow maker, as `troupe up --hollow-nodes` uses it: no disk, no sources, no events.
struct hollow_node : world {
  runtime::handles hollow = runtime::spawn_hollow(sys, env, {.node = "n1", .pod_cidr = "10.244.0.0/16"});
  hollow_node() {
    config.runtime = hollow;
    config.disk = nullptr;
    config.sources = nullptr;
    config.recorder = nullptr;
    config.prober = spawn_hollow_prober(sys);
    for (auto a : {caf::actor_cast<caf::actor>(hollow.pods), caf::actor_cast<caf::actor>(hollow.images),
                   caf::actor_cast<caf::actor>(hollow.sessions), caf::actor_cast<caf::actor>(config.prober)})
      actors.push_back(a);
  }
};

TEST_F(hollow_node, pods_become_ready_with_one_write_each_and_no_other_call) {
  start();
  auto before = cluster.calls.size();
  for (int i = 0; i < 50; ++i) create_pod("{}", fmt::format("p{}", i));
  advance(2s);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(condition("Ready", fmt::format("p{}", i)), "True");
  EXPECT_EQ(cluster.calls.size() - before, 50u);
}

TEST_F(hollow_node, pods_with_volumes_and_environment_run_without_their_objects) {
  start();
  create_pod(
      R"({"volumes":[{"name":"v","configMap":{"name":"none"}}],"containers":[{"name":"app","image":"i",
      "env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"none","key":"k"}}}],
    "volumeMounts":[{"name":"v","mountPath":"/v"}]}]})");
  advance(1s);
  EXPECT_EQ(phase(), "Running");
}

TEST_F(hollow_node, deleted_pods_leave_the_api) {
  start();
  create_pod();
  advance(1s);
  delete_pod("web", 30);
  advance(1s);
  EXPECT_EQ(phase(), "gone");
}

TEST_F(hollow_node, the_end_of_the_kubelet_ends_all_that_it_spawned_though_timers_are_under_way) {
  create_pod();
  start();
  advance(1s);
  ASSERT_EQ(phase(), "Running");
  kill_agent();
  for (auto& row : probe_table::instance().rows())
    EXPECT_TRUE(row.name != "pod" && row.name != "image_puller") << row.name << " lives on";
}

} // namespace
} // namespace troupe::actors::kubelet::testing
