#include "policies/chaos/faults.hpp"
#include "policies/chaos/minimize.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::chaos {
namespace {

scenario stormy() {
  scenario s;
  s.name = "stormy";
  s.load.registers.clients = 2;
  s.load.rollouts.deployments = 1;
  s.load.namespaces.every_ms = 5'000;
  s.load.watches.clients = 2;
  s.load.guards.every_ms = 3'000;
  s.load.strangers.pods = 1;
  s.random.every_ms = 2'000;
  return s;
}

TEST(minimize, keeps_what_a_failure_needs_and_nothing_else) {
  auto s = stormy();
  auto all = plan_faults(s, 7);
  ASSERT_GT(all.size(), 10u);
  auto first = describe(all[3], s.cluster), second = describe(all[8], s.cluster);
  std::uint32_t runs = 0;
  auto small = minimize(s, 7, [&](const scenario& x) {
    ++runs;
    bool has_first = false, has_second = false;
    for (auto& f : x.schedule) {
      has_first = has_first || describe(f, x.cluster) == first;
      has_second = has_second || describe(f, x.cluster) == second;
    }
    return has_first && has_second;
  });
  ASSERT_EQ(small.schedule.size(), 2u);
  EXPECT_EQ(describe(small.schedule[0], s.cluster), first);
  EXPECT_EQ(describe(small.schedule[1], s.cluster), second);
  EXPECT_EQ(small.run_ms, std::max(all[3].at_ms + all[3].for_ms, all[8].at_ms + all[8].for_ms));
  EXPECT_LE(runs, 60u);
}

TEST(minimize, gives_up_after_so_many_tries) {
  std::uint32_t runs = 0;
  auto small = minimize(stormy(), 7, [&](const scenario&) { return ++runs == 0; }, 5);
  EXPECT_EQ(runs, 5u);
  EXPECT_EQ(small.schedule.size(), plan_faults(stormy(), 7).size());
}

TEST(document_of, is_read_back_as_it_was) {
  auto s = stormy();
  s.schedule = plan_faults(s, 3);
  s.checks = {"writes"};
  auto read = read_scenario(document_of(s));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(document_of(*read), document_of(s));
}

} // namespace
} // namespace troupe::policies::chaos
