#include "scratch_network.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <unistd.h>

namespace troupe::net::netlink {
namespace {

const link* find(const std::vector<link>& all, std::string_view name) {
  auto found = std::find_if(all.begin(), all.end(), [&](auto& l) { return l.name == name; });
  return found == all.end() ? nullptr : &*found;
}

TEST(link, a_bridge_is_made_up_and_removed_and_both_may_be_repeated) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    for (int i = 0; i < 2; ++i) {
      auto made = make_bridge("tr-test", 0x0af40101, 1450);
      EXPECT_TRUE(made) << made.error();
    }
    auto all = *links();
    auto* bridge = find(all, "tr-test");
    ASSERT_TRUE(bridge);
    EXPECT_EQ(bridge->kind, "bridge");
    EXPECT_TRUE(bridge->up);
    EXPECT_EQ(bridge->mtu, 1450u);
    EXPECT_EQ(bridge->hardware, (hardware_address{0x0a, 0x58, 10, 244, 1, 1}));
    EXPECT_FALSE(bridge->tunnel);
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(remove_link("tr-test"));
    all = *links();
    EXPECT_FALSE(find(all, "tr-test"));
  });
}

TEST(link, the_loopback_of_a_new_namespace_is_set_up) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    auto before = *links();
    EXPECT_FALSE(find(before, "lo")->up);
    EXPECT_TRUE(set_up("lo"));
    auto after = *links();
    EXPECT_TRUE(find(after, "lo")->up);
  });
}

TEST(link, a_tunnel_is_made_up_once_and_shows_what_it_is) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    const hardware_address mac{2, 0x74, 192, 168, 1, 2};
    for (vxlan kind : {vxlan{0x123456, 8472, 0xc0a80102}, vxlan{7, 4789, 0}}) {
      auto made = make_vxlan("vx", kind, mac, 1450);
      ASSERT_TRUE(made) << made.error();
      auto found = *find_link("vx");
      ASSERT_TRUE(found);
      EXPECT_EQ(found->kind, "vxlan");
      EXPECT_EQ(found->tunnel, kind);
      EXPECT_EQ(found->hardware, mac);
      EXPECT_EQ(found->mtu, 1450u);
      EXPECT_TRUE(found->up);
      EXPECT_FALSE(make_vxlan("vx", kind, mac, 1450)) << "the name is taken";
      EXPECT_FALSE(make_vxlan("vy", kind, mac, 1450)) << "port and number are taken";
      EXPECT_FALSE(*find_link("vy"));
      EXPECT_TRUE(remove_link("vx"));
    }
  });
}

TEST(link, names_that_are_too_long_or_unknown_are_errors) {
  EXPECT_FALSE(make_vxlan("a-name-of-16-chr", {}, {}, 1500));
  EXPECT_FALSE(*find_link("a-name-of-16-chr"));
  EXPECT_FALSE(*find_link("no-such-link"));
  EXPECT_FALSE(make_bridge("a-name-of-16-chr", 1, 1500));
  EXPECT_FALSE(set_up("no-such-link"));
}

} // namespace
} // namespace troupe::net::netlink
