#include "net/netlink/address.hpp"
#include "scratch_network.hpp"
#include <gtest/gtest.h>
#include <unistd.h>

namespace troupe::net::netlink {
namespace {

TEST(address, is_given_to_an_interface_once_and_listed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    ASSERT_TRUE(make_bridge("br", 1, 1500));
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(add_address("br", 0x0af40101, 24)) << "may be repeated";
    auto all = addresses();
    ASSERT_TRUE(all) << all.error();
    ASSERT_EQ(all->size(), 1u);
    EXPECT_EQ((*all)[0].ip, 0x0af40101u);
    EXPECT_EQ((*all)[0].bits, 24);
    EXPECT_EQ((*all)[0].index, if_nametoindex("br"));
    auto bad = add_address("none", 1, 24);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error(), "interface none: No such device");
  });
}

} // namespace
} // namespace troupe::net::netlink
