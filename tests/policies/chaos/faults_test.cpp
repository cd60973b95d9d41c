#include "policies/chaos/faults.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::chaos {
namespace {

scenario mixed() {
  scenario s;
  s.name = "mixed";
  s.run_ms = 60'000;
  s.random.every_ms = 1'000;
  s.schedule.push_back({.at_ms = 10'000, .for_ms = 100'000, .what = fault_kind::crash, .node = 1});
  return s;
}

TEST(plan_faults, the_same_seed_gives_the_same_faults_and_all_end_within_the_run) {
  auto s = mixed();
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    auto plan = plan_faults(s, seed), again = plan_faults(s, seed);
    ASSERT_EQ(plan.size(), again.size());
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      EXPECT_EQ(describe(plan[i], s.cluster), describe(again[i], s.cluster));
      EXPECT_LE(last, plan[i].at_ms) << "in the order of their time";
      EXPECT_LE(plan[i].at_ms + plan[i].for_ms, s.run_ms);
      last = plan[i].at_ms;
    }
  }
  EXPECT_NE(plan_faults(s, 1).size(), plan_faults(s, 2).size());
}

TEST(plan_faults, nodes_are_of_the_cluster_and_two_of_a_pair_differ) {
  auto s = mixed();
  s.cluster = {.control_plane = 1, .workers = 1};
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    for (auto& f : plan_faults(s, seed)) {
      EXPECT_TRUE(f.node == 1 || f.node == 2) << describe(f, s.cluster);
      if (f.what == fault_kind::cut || f.what == fault_kind::one_way) {
        EXPECT_NE(f.node, f.other);
      }
      for (auto n : f.side) EXPECT_TRUE(n == 1 || n == 2);
    }
}

TEST(plan_faults, only_kinds_with_a_weight_are_picked) {
  auto s = mixed();
  s.schedule.clear();
  s.random.weights = {{fault_kind::pause, 1}};
  for (auto& f : plan_faults(s, 3)) EXPECT_EQ(f.what, fault_kind::pause);
}

TEST(describe, says_what_people_need) {
  shape nodes;
  EXPECT_EQ(describe({.at_ms = 1, .for_ms = 2, .what = fault_kind::cut, .node = 1, .other = 4}, nodes),
            "at 1 ms for 2 ms: cut master1 worker4");
  EXPECT_EQ(describe({.at_ms = 1, .for_ms = 2, .what = fault_kind::split, .node = 1, .side = {1, 5}}, nodes),
            "at 1 ms for 2 ms: split master1 worker5 from the rest");
  EXPECT_EQ(describe({.what = fault_kind::slow, .amount_ms = 50}, nodes), "at 0 ms for 0 ms: slow by 50 ms");
}

} // namespace
} // namespace troupe::policies::chaos
