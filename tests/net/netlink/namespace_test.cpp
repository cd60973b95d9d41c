#include "net/netlink/namespace.hpp"
#include "net/netlink/link.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace troupe::net::netlink {
namespace {

struct namespace_test : testing::Test {
  std::string dir = std::filesystem::temp_directory_path() / ("ns-test-" + std::to_string(::getpid()));
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes namespaces";
    std::filesystem::create_directories(dir);
  }
  void TearDown() override {
    for (auto* name : {"/net", "/ipc", "/uts"}) (void)unpin(dir + name);
    std::filesystem::remove_all(dir);
  }
};

TEST_F(namespace_test, namespaces_live_without_a_process_until_they_are_unpinned) {
  auto made = make_namespaces({.net = dir + "/net", .ipc = dir + "/ipc", .uts = dir + "/uts", .hostname = "pod",
                               .sysctls = {{"net.ipv4.ip_unprivileged_port_start", "7"}}});
  ASSERT_TRUE(made) << made.error();
  for (auto* name : {"/net", "/ipc", "/uts"}) EXPECT_TRUE(is_pinned(dir + name)) << name;
  std::size_t count = 0;
  bool up = false;
  std::string sysctl;
  auto entered = in_network(dir + "/net", [&] {
    auto all = *links();
    count = all.size();
    up = !all.empty() && all[0].name == "lo" && all[0].up;
    std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> sysctl;
  });
  EXPECT_TRUE(entered);
  EXPECT_EQ(count, 1u);
  EXPECT_TRUE(up);
  EXPECT_EQ(sysctl, "7");
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(unpin(dir + "/net")) << "may be repeated";
  EXPECT_FALSE(is_pinned(dir + "/net"));
}

TEST_F(namespace_test, nothing_is_left_when_the_making_fails) {
  auto made = make_namespaces(
      {.net = dir + "/net", .uts = dir + "/uts", .hostname = "pod", .sysctls = {{"no.such.name", "1"}}});
  EXPECT_FALSE(made);
  EXPECT_TRUE(std::filesystem::is_empty(dir));
  EXPECT_FALSE(make_namespaces({.net = dir + "/missing/net"}));
  EXPECT_FALSE(make_namespaces({.net = dir + "/net", .sysctls = {{"net...../etc/x", "1"}}}));
}

TEST_F(namespace_test, a_file_that_pins_nothing_cannot_be_entered) {
  std::ofstream(dir + "/net") << "x";
  EXPECT_FALSE(is_pinned(dir + "/net"));
  EXPECT_FALSE(in_network(dir + "/net", [] { FAIL(); }));
  EXPECT_FALSE(in_network(dir + "/none", [] { FAIL(); }));
}

} // namespace
} // namespace troupe::net::netlink
