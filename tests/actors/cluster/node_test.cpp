#include "actors/cluster/node.hpp"
#include "actors/runtime/hollow.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::cluster {
namespace {

using namespace std::chrono_literals;
using supervisor::child_spec;

/// One hollow node whose helpers the test can end.
struct cluster_node : actor_fixture {
  std::shared_ptr<node_helpers> helpers = std::make_shared<node_helpers>();
  caf::actor root;

  void start() {
    node_parts parts{env, dir, nullptr};
    auto runtime = [this](caf::event_based_actor*) {
      helpers->runtime = runtime::spawn_hollow(sys, env, {.node = "n"});
      for (auto& a : {caf::actor_cast<caf::actor>(helpers->runtime.images),
                      caf::actor_cast<caf::actor>(helpers->runtime.sessions)})
        own(a);
      return caf::actor_cast<caf::actor>(helpers->runtime.pods);
    };
    auto prober = [this](caf::event_based_actor*) {
      helpers->prober = kubelet::spawn_hollow_prober(sys);
      return caf::actor_cast<caf::actor>(helpers->prober);
    };
    auto node = node_of(parts, "n", helpers, {{.name = "runtime", .make = runtime}, {.name = "prober", .make = prober}},
                        [] {
                          kubelet::kubelet_config k;
                          k.facts.name = "n";
                          return k;
                        });
    root = sys.spawn(supervisor::supervisor, supervisor::supervisor_config{"test", {node}});
    pass(50ms);
  }
  void stop() {
    caf::anon_send(root, stop_atom::value);
    pass(20s);
    *helpers = {};
  }
  caf::strong_actor_ptr kubelet() {
    auto found = ask<caf::strong_actor_ptr>(dir, lookup_atom::value, std::string("kubelet/n"));
    return found ? *found : nullptr;
  }
  template <class Handle> void end(const Handle& h) {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(h), caf::exit_reason::kill);
    run();
  }
};

TEST_F(cluster_node, a_runtime_that_ends_is_made_again_and_the_kubelet_takes_the_new_one) {
  start();
  auto before = kubelet();
  auto pods = helpers->runtime.pods;
  ASSERT_TRUE(before);
  end(pods);
  pass(200ms);
  EXPECT_NE(helpers->runtime.pods, pods);
  auto after = kubelet();
  ASSERT_TRUE(after);
  EXPECT_NE(after, before);
  stop();
}

TEST_F(cluster_node, a_prober_that_ends_leaves_the_runtime_alone) {
  start();
  auto before = kubelet();
  auto pods = helpers->runtime.pods;
  auto prober = helpers->prober;
  end(prober);
  pass(200ms);
  EXPECT_NE(helpers->prober, prober);
  EXPECT_EQ(helpers->runtime.pods, pods);
  EXPECT_NE(kubelet(), before);
  stop();
}

TEST_F(cluster_node, a_kubelet_that_ends_is_made_again_beside_the_same_helpers) {
  start();
  auto before = kubelet();
  auto pods = helpers->runtime.pods;
  end(before);
  pass(200ms);
  EXPECT_EQ(helpers->runtime.pods, pods);
  auto after = kubelet();
  ASSERT_TRUE(after);
  EXPECT_NE(after, before);
  stop();
}

TEST_F(cluster_node, what_keeps_failing_is_made_ever_less_often) {
  start();
  int made = 0;
  for (int n = 0; n < 300; ++n) { // Three seconds.
    if (helpers->prober) {
      ++made;
      end(std::exchange(helpers->prober, {}));
    }
    pass(10ms);
  }
  EXPECT_GE(made, 4);
  EXPECT_LE(made, 6);
  pass(5s);
  stop();
}

} // namespace
} // namespace troupe::actors::cluster
