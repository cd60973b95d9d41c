#include "policies/cluster/reach.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::cluster {
namespace {

const node_identity first{1, "a", true}, second{2, "b", true}, worker{3, "w", false}, other{4, "x", false};

TEST(reach, who_is_told_about_which_role) {
  struct { std::string name; node_identity self, peer; std::string role; bool told; } cases[] = {
    {"members of the store meet", first, second, "store/0/member/1", true},
    {"kubelets of control-plane nodes can be asked by the others", first, second, "kubelet/a", true},
    {"everybody talks to its own member", first, second, "store/0", false},
    {"every process has an API server of its own", first, second, "apiserver", false},
    {"everybody has its own cache", first, second, "watch_cache/pods", false},
    {"a worker is told of nothing but the process", first, worker, "node/1", true},
    {"the store is not for workers", first, worker, "store/0/member/1", false},
    {"an API server with all rights is not for workers", first, worker, "apiserver", false},
    {"kubelets are asked by the control plane", worker, first, "kubelet/w", true},
    {"a worker's mirrors are its own", worker, first, "mirror/pods", false},
    {"a worker speaks for itself only", worker, first, "kubelet/x", false},
  };
  for (auto& c : cases) EXPECT_EQ(may_reach(c.self, c.peer, c.role), c.told) << c.name;
}

TEST(reach, a_worker_offers_nothing_but_itself) {
  struct { std::string role; bool taken; } cases[] = {
    {"kubelet/w", true}, {"node/3", true}, {"inspector/3", true}, {"kubelet/x", false}, {"node/4", false},
    {"store/0", false}, {"store/0/member/3", false}, {"apiserver", false}, {"watch_cache/secrets", false}, {"", false},
  };
  for (auto& c : cases) EXPECT_EQ(may_offer(worker, c.role), c.taken) << c.role;
  EXPECT_TRUE(may_offer(second, "store/0/member/2"));
}

TEST(reach, one_side_dials_and_never_both) {
  const node_identity all[] = {first, second, worker, other};
  for (auto& a : all)
    for (auto& b : all) EXPECT_FALSE(dials(a, b) && dials(b, a)) << a.name << " " << b.name;
  EXPECT_TRUE(dials(second, first));
  EXPECT_TRUE(dials(worker, first));
  EXPECT_FALSE(dials(worker, other)) << "workers do not meet";
}

} // namespace
} // namespace troupe::policies::cluster
