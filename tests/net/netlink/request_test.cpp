#include "net/netlink/address.hpp"
#include "scratch_network.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>
#include <unistd.h>

namespace troupe::net::netlink {
namespace {

TEST(request, an_answer_of_many_messages_is_read_whole) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    ASSERT_TRUE(make_bridge("br", 1, 1500));
    for (std::uint32_t i = 1; i <= 1500; ++i) ASSERT_TRUE(add_address("br", 0x0a000000 + i, 32));
    std::set<std::uint32_t> seen;
    auto all = addresses();
    ASSERT_TRUE(all) << all.error();
    for (auto& a : *all) seen.insert(a.ip);
    EXPECT_EQ(seen.size(), 1500u);
  });
}

} // namespace
} // namespace troupe::net::netlink
