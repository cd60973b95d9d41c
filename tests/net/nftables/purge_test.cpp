#include "net/nftables/purge.hpp"
#include "net/nftables/client.hpp"
#include "net/nftables/ruleset.hpp"
#include <gtest/gtest.h>
#include <sched.h>
#include <thread>

namespace troupe::net::nftables {
namespace {

TEST(purge_test, takes_the_table_and_only_it) {
  std::thread([] {
    if (::unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "needs root: makes a network namespace";
    client c;
    auto made = c.run(fresh_table({table_name("a-b"), "10.96.0.0/16", "10.244.0.0/16"}) +
                      fresh_table({table_name("other"), "10.97.0.0/16", "10.245.0.0/16"}));
    ASSERT_TRUE(made) << made.error();
    EXPECT_TRUE(purge("a-b"));
    EXPECT_EQ(*c.run("list tables"), "table ip troupe_other\n");
    EXPECT_TRUE(purge("a-b")) << "twice is fine";
  }).join();
}

} // namespace
} // namespace troupe::net::nftables
