#include "net/netlink/neighbour.hpp"
#include "scratch_network.hpp"
#include <gtest/gtest.h>
#include <unistd.h>

namespace troupe::net::netlink {
namespace {

const hardware_address own{2, 0, 0, 0, 0, 1}, first{2, 0, 0, 0, 0, 2}, second{2, 0, 0, 0, 0, 3};

TEST(neighbour, entries_are_put_replaced_and_removed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    ASSERT_TRUE(make_vxlan("vx", {7, 8472, 0}, own, 1450));
    EXPECT_TRUE(put_neighbour("vx", {0x0af40201, first}));
    EXPECT_EQ(*neighbours("vx"), (std::vector<neighbour>{{0x0af40201, first}}));
    EXPECT_TRUE(put_neighbour("vx", {0x0af40201, second}));
    EXPECT_EQ(*neighbours("vx"), (std::vector<neighbour>{{0x0af40201, second}}));
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(remove_neighbour("vx", 0x0af40201)) << "may be repeated";
    EXPECT_TRUE(neighbours("vx")->empty());
  });
}

TEST(neighbour, forwarding_entries_are_put_replaced_and_removed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    ASSERT_TRUE(make_vxlan("vx", {7, 8472, 0}, own, 1450));
    EXPECT_TRUE(put_forwarding("vx", {first, 0xc0a80102}));
    EXPECT_EQ(*forwardings("vx"), (std::vector<forwarding>{{first, 0xc0a80102}}));
    EXPECT_TRUE(put_forwarding("vx", {first, 0xc0a80103}));
    EXPECT_EQ(*forwardings("vx"), (std::vector<forwarding>{{first, 0xc0a80103}}));
    EXPECT_TRUE(put_forwarding("vx", {second, 0xc0a80102}));
    EXPECT_EQ(forwardings("vx")->size(), 2u);
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(remove_forwarding("vx", {first, 0xc0a80103})) << "may be repeated";
    EXPECT_EQ(*forwardings("vx"), (std::vector<forwarding>{{second, 0xc0a80102}}));
  });
}

TEST(neighbour, other_devices_are_left_out_and_missing_ones_are_errors) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    ASSERT_TRUE(make_vxlan("vx", {7, 8472, 0}, own, 1450));
    ASSERT_TRUE(make_vxlan("vy", {8, 8472, 0}, own, 1450));
    ASSERT_TRUE(put_neighbour("vy", {0x0af40201, first}));
    ASSERT_TRUE(put_forwarding("vy", {first, 0xc0a80102}));
    EXPECT_TRUE(neighbours("vx")->empty());
    EXPECT_TRUE(forwardings("vx")->empty());
    EXPECT_FALSE(neighbours("none"));
    EXPECT_FALSE(put_neighbour("none", {1, first}));
    EXPECT_TRUE(remove_neighbour("none", 1)) << "gone with its device";
  });
}

} // namespace
} // namespace troupe::net::netlink
