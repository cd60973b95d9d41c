#include "tests/actors/link/host.hpp"

namespace troupe::actors::link {
namespace {

const node_identity first{1, "a", true}, second{2, "b", true}, worker{3, "w", false};

TEST(links, control_plane_nodes_find_each_others_players) {
  host a(first), b(second);
  a.offer("store/0/member/1", spawn_doubler(a));
  b.offer("store/0/member/2", spawn_doubler(b));
  a.knows({a.record(), b.record()});
  b.knows({a.record(), b.record()});
  ASSERT_TRUE(a.finds("store/0/member/2"));
  ASSERT_TRUE(b.finds("store/0/member/1"));
  EXPECT_EQ(ask(a, a.find("store/0/member/2")), 42);
  EXPECT_EQ(ask(b, b.find("store/0/member/1")), 42);
  b.offer("kubelet/b", spawn_doubler(b));
  EXPECT_TRUE(a.finds("kubelet/b")) << "what is offered later is told, too";
}

TEST(links, what_a_node_offered_goes_with_it_and_comes_back_with_its_next_process) {
  host a(first);
  auto b = std::make_unique<host>(second);
  b->offer("kubelet/b", spawn_doubler(*b));
  a.knows({a.record(), b->record()});
  b->knows({a.record(), b->record()});
  ASSERT_TRUE(a.finds("kubelet/b"));
  ASSERT_TRUE(a.finds("node/2"));
  b.reset();
  EXPECT_TRUE(a.loses("kubelet/b"));
  EXPECT_TRUE(a.loses("node/2"));
  b = std::make_unique<host>(second);
  b->offer("kubelet/b", spawn_doubler(*b));
  b->knows({a.record(), b->record()});
  ASSERT_TRUE(a.finds("kubelet/b"));
  EXPECT_EQ(ask(a, a.find("kubelet/b")), 42);
}

TEST(links, a_worker_sees_its_gate_and_nothing_else) {
  caf::actor gate;
  host* at = nullptr;
  host a(first, [&](const node_identity& who) {
    EXPECT_EQ(who, worker);
    gate = at->sys.spawn(doubler);
    std::vector<std::pair<std::string, caf::strong_actor_ptr>> out;
    out.emplace_back("apiserver", caf::actor_cast<caf::strong_actor_ptr>(gate));
    return out;
  });
  at = &a;
  a.offer("apiserver", spawn_doubler(a));
  a.offer("store/0", spawn_doubler(a));
  a.offer("store/0/member/1", spawn_doubler(a));
  {
    host w(worker);
    w.offer("kubelet/w", spawn_doubler(w));
    w.offer("mirror/pods", spawn_doubler(w));
    w.knows({a.record()});
    ASSERT_TRUE(w.finds("apiserver"));
    EXPECT_EQ(w.find("apiserver").id(), gate.id());
    EXPECT_EQ(ask(w, w.find("apiserver")), 42);
    EXPECT_FALSE(w.find("store/0"));
    EXPECT_FALSE(w.find("store/0/member/1"));
    ASSERT_TRUE(a.finds("kubelet/w"));
    EXPECT_EQ(ask(a, a.find("kubelet/w")), 42);
    EXPECT_FALSE(a.find("mirror/pods"));
    w.offer("kubelet/a", spawn_doubler(w));
    w.offer("store/0/member/9", spawn_doubler(w));
    w.offer("inspector/3", spawn_doubler(w)); // Arrives behind the two that are refused.
    ASSERT_TRUE(a.finds("inspector/3"));
    EXPECT_FALSE(a.find("kubelet/a"));
    EXPECT_FALSE(a.find("store/0/member/9"));
  }
  EXPECT_TRUE(a.loses("kubelet/w"));
  EXPECT_TRUE(eventually([&] { return ask(a, gate) == -1; })) << "the gate ends with its link";
  gate = nullptr;
}

TEST(links, a_worker_learns_of_further_control_plane_nodes) {
  host a(first), b(second), w(worker);
  b.offer("node/2", spawn_doubler(b));
  a.knows({a.record(), b.record()});
  b.knows({a.record(), b.record()});
  w.knows({a.record()});
  EXPECT_TRUE(w.finds("node/2"));
}

TEST(links, a_removed_node_is_put_out) {
  host a(first), b(second);
  a.knows({a.record(), b.record()});
  b.knows({a.record(), b.record()});
  ASSERT_TRUE(a.finds("node/2"));
  auto removed = b.record();
  removed.removed = true;
  a.knows({a.record(), removed});
  EXPECT_TRUE(a.loses("node/2"));
  caf::scoped_actor me(a.sys);
  EXPECT_FALSE(a.find("node/2")) << "and stays out, though it knocks";
}

} // namespace
} // namespace troupe::actors::link
