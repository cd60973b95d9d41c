#include "net/netlink/route.hpp"
#include "net/netlink/address.hpp"
#include "scratch_network.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <unistd.h>

namespace troupe::net::netlink {
namespace {

/// The routes of one destination.
std::vector<route> to(std::uint32_t destination) {
  auto all = *routes();
  std::erase_if(all, [&](auto& r) { return r.to != destination; });
  return all;
}

TEST(route, is_put_replaced_and_removed_beside_those_of_others) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    ASSERT_TRUE(make_bridge("br", 1, 1500));
    ASSERT_TRUE(add_address("br", 0xc0a80101, 24));
    auto index = if_nametoindex("br");
    // Somebody else's route to the same destination.
    route other{0x0af40200, 24, 0xc0a80109, index, 0, 5, 4};
    route ours{0x0af40200, 24, 0xc0a80102, index, 0xc0a80101, 20'007, 116};
    ASSERT_TRUE(put_route(other));
    for (int i = 0; i < 2; ++i) {
      auto done = put_route(ours);
      EXPECT_TRUE(done) << done.error();
    }
    EXPECT_EQ(to(0x0af40200), (std::vector<route>{other, ours}));
    ours.via = 0x0af40201; // Not in a range of the interface.
    EXPECT_TRUE(put_route(ours));
    EXPECT_EQ(to(0x0af40200), (std::vector<route>{other, ours}));
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(remove_route(ours)) << "may be repeated";
    EXPECT_EQ(to(0x0af40200), std::vector<route>{other});
    EXPECT_TRUE(remove_route(ours)) << "another metric and protocol";
    EXPECT_EQ(to(0x0af40200), std::vector<route>{other});
  });
}

TEST(route, may_lead_to_the_link_itself_or_everywhere) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    ASSERT_TRUE(make_bridge("br", 1, 1500));
    ASSERT_TRUE(add_address("br", 0xc0a80101, 24));
    auto index = if_nametoindex("br");
    route link{0x0a600000, 16, 0, index, 0xc0a80101, 20'007, 116}, any{0, 0, 0xc0a80109, index, 0, 0, 3};
    ASSERT_TRUE(put_route(link));
    ASSERT_TRUE(put_route(any));
    EXPECT_EQ(to(0x0a600000), std::vector<route>{link});
    EXPECT_EQ(to(0), std::vector<route>{any});
  });
}

TEST(route, an_interface_that_is_gone_is_an_error) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    auto done = put_route({0x0af40200, 24, 0xc0a80102, 4711, 0, 20'007, 116});
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().starts_with("add route to 10.244.2.0/24: ")) << done.error();
    EXPECT_TRUE(routes()->empty());
  });
}

} // namespace
} // namespace troupe::net::netlink
