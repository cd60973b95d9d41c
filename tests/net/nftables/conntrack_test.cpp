#include "net/nftables/conntrack.hpp"
#include <gtest/gtest.h>
#include <sched.h>
#include <thread>

namespace troupe::net::nftables {
namespace {

const frontend dns{true, false, 10, 53}, web{false, false, 10, 80}, node{true, false, 0, 30053};
const endpoint one{1, 53}, two{2, 53};

TEST(conntrack_test, udp_flows_to_endpoints_that_a_frontend_loses_are_cut) {
  change c{{{dns, {{one, two}}}, {web, {{one}}}, {node, {{one}}}}, {{dns, {{two}}}}, {}, {}};
  EXPECT_EQ(cut_flows(c), (std::set<udp_flow>{{0, 30053, one}, {10, 53, one}}));
}

TEST(conntrack_test, forgetting_where_there_is_nothing_is_fine) {
  EXPECT_EQ(*forget({}), 0u);
  std::thread([] {
    if (::unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "needs root: makes a network namespace";
    auto done = forget({{10, 53, one}});
    ASSERT_TRUE(done) << done.error();
    EXPECT_EQ(*done, 0u);
  }).join();
}

} // namespace
} // namespace troupe::net::nftables
