#include "actors/runtime/cgroups.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace troupe::actors::runtime {
namespace {

namespace fs = std::filesystem;

/// A directory that looks like /sys/fs/cgroup.
struct cgroups_test : testing::Test {
  fs::path mount = fs::temp_directory_path() / ("cgroups-test-" + std::to_string(::getpid()));
  void TearDown() override { fs::remove_all(mount); }
  void put(const std::string& path, const std::string& text) {
    fs::create_directories((mount / path).parent_path());
    std::ofstream(mount / path) << text;
  }
  std::string get(const std::string& path) {
    std::ifstream in(mount / path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
};

TEST_F(cgroups_test, version_1_is_read_from_its_hierarchies) {
  put("pids/p/c/pids.current", "5\n");
  put("pids/p/c/cgroup.procs", "10\n11\n");
  put("cpuacct/p/c/cpuacct.usage", "123456789\n");
  put("memory/p/c/memory.usage_in_bytes", "10000\n");
  put("memory/p/c/memory.stat", "cache 1\ntotal_inactive_file 4000\ntotal_rss 3000\n");
  put("memory/p/c/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
  cgroups c(mount.string());
  EXPECT_EQ(c.version(), policies::oci::cgroup_version::v1);
  auto u = c.read("/p/c");
  EXPECT_EQ(u.cpu_ns, 123456789u);
  EXPECT_EQ(u.memory_bytes, 10000u);
  EXPECT_EQ(u.working_set_bytes, 6000u);
  EXPECT_EQ(u.rss_bytes, 3000u);
  EXPECT_EQ(u.processes, 5u);
  EXPECT_EQ(c.oom_kills("/p/c"), 2u);
  EXPECT_EQ(c.processes("/p/c"), (std::vector<int>{10, 11}));
  EXPECT_EQ(c.read("/none").cpu_ns, 0u);
}

TEST_F(cgroups_test, version_2_is_read_from_its_one_tree) {
  put("cgroup.controllers", "cpu memory pids");
  put("p/c/pids.current", "5\n");
  put("p/c/cgroup.procs", "10\n");
  put("p/c/cpu.stat", "usage_usec 123\nuser_usec 1\n");
  put("p/c/memory.current", "10000\n");
  put("p/c/memory.stat", "anon 3000\ninactive_file 4000\n");
  put("p/c/memory.events", "low 0\noom 1\noom_kill 1\n");
  cgroups c(mount.string());
  EXPECT_EQ(c.version(), policies::oci::cgroup_version::v2);
  auto u = c.read("/p/c");
  EXPECT_EQ(u.cpu_ns, 123000u);
  EXPECT_EQ(u.working_set_bytes, 6000u);
  EXPECT_EQ(u.rss_bytes, 3000u);
  EXPECT_EQ(u.processes, 5u);
  EXPECT_EQ(c.oom_kills("/p/c"), 1u);
  EXPECT_EQ(c.processes("/p/c"), std::vector<int>{10});
}

TEST_F(cgroups_test, a_group_is_made_in_every_hierarchy_and_its_limits_written) {
  for (auto* h : {"cpu", "memory", "pids"}) fs::create_directories(mount / h);
  put("memory/p/pod1/memory.limit_in_bytes", "");
  cgroups c(mount.string());
  EXPECT_TRUE(c.make("/p/pod1", {.memory_limit_bytes = 4096}));
  for (auto* h : {"cpu", "memory", "pids"}) EXPECT_TRUE(fs::is_directory(mount / h / "p/pod1")) << h;
  EXPECT_EQ(get("memory/p/pod1/memory.limit_in_bytes"), "4096");
  EXPECT_FALSE(c.make("/p/pod1", {.cpu_shares = 2})) << "the kernel would have the file";
}

TEST_F(cgroups_test, a_removed_group_takes_its_children_along) {
  for (auto* h : {"cpu", "memory", "systemd"}) fs::create_directories(mount / h / "p/pod1/c1");
  fs::create_directories(mount / "cpu/q");
  cgroups c(mount.string());
  EXPECT_TRUE(c.remove("/p").empty());
  for (auto* h : {"cpu", "memory", "systemd"}) EXPECT_FALSE(fs::exists(mount / h / "p")) << h;
  EXPECT_TRUE(fs::exists(mount / "cpu/q"));
  EXPECT_TRUE(c.remove("/p").empty()) << "may be repeated";
}

} // namespace
} // namespace troupe::actors::runtime
