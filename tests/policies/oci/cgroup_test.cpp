#include "policies/oci/cgroup.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

TEST(cgroup, the_root_carries_the_instance) { EXPECT_EQ(cgroup_root("dev"), "/kubepods-dev"); }

TEST(cgroup, a_value_is_found_by_its_whole_key) {
  auto text = "inactive_file 1\ntotal_inactive_file 4096\noom_kill 2\n";
  EXPECT_EQ(stat_value(text, "total_inactive_file"), 4096u);
  EXPECT_EQ(stat_value(text, "inactive_file"), 1u);
  EXPECT_EQ(stat_value(text, "oom_kill"), 2u);
  EXPECT_EQ(stat_value(text, "oom"), 0u);
  EXPECT_EQ(stat_value("", "x"), 0u);
  EXPECT_EQ(stat_value("x", "x"), 0u);
  EXPECT_EQ(stat_value("x y\n", "x"), 0u);
}

std::string text(const std::vector<cgroup_write>& writes) {
  std::string out;
  for (auto& w : writes) out += w.controller + "/" + w.file + "=" + w.value + " ";
  return out;
}

TEST(cgroup, limits_become_the_files_of_the_version) {
  resources r{.cpu_shares = 1024, .cpu_quota_us = 20000, .memory_limit_bytes = 67108864, .pids_limit = 100};
  EXPECT_EQ(text(limit_writes(cgroup_version::v1, r)),
            "cpu/cpu.shares=1024 cpu/cpu.cfs_period_us=100000 cpu/cpu.cfs_quota_us=20000 "
            "memory/memory.limit_in_bytes=67108864 pids/pids.max=100 ");
  EXPECT_EQ(text(limit_writes(cgroup_version::v2, r)),
            "/cpu.weight=39 /cpu.max=20000 100000 /memory.max=67108864 /pids.max=100 ");
  EXPECT_TRUE(limit_writes(cgroup_version::v1, {}).empty());
}

TEST(cgroup, shares_become_weights_within_their_bounds) {
  EXPECT_EQ(cpu_weight(0), 1);
  EXPECT_EQ(cpu_weight(2), 1);
  EXPECT_EQ(cpu_weight(262144), 10000);
  EXPECT_EQ(cpu_weight(1'000'000), 10000);
}

TEST(cgroup, the_working_set_is_never_negative) {
  EXPECT_EQ(working_set(10, 4), 6u);
  EXPECT_EQ(working_set(4, 10), 0u);
}

} // namespace
} // namespace troupe::policies::oci
