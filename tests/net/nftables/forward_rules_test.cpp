#include "net/nftables/forward_rules.hpp"
#include "net/nftables/client.hpp"
#include <gtest/gtest.h>
#include <sched.h>
#include <thread>

namespace troupe::net::nftables {
namespace {

constexpr const char* docker = R"(table ip filter {
	chain FORWARD { # handle 2
		type filter hook forward priority filter; policy drop;
		counter packets 4 bytes 336 jump DOCKER-USER # handle 11
		ip saddr 10.244.0.0/16 counter packets 3 bytes 252 accept comment "troupe-x" # handle 21
		ip daddr 10.244.0.0/16 counter packets 1 bytes 84 accept comment "troupe-x" # handle 22
		ip saddr 10.1.0.0/16 accept comment "troupe-xy" # handle 23
	}
}
)";

TEST(forward_rules, a_chain_is_read_as_nft_prints_it) {
  auto chain = parse_forward_chain(docker, "troupe-x");
  EXPECT_TRUE(chain.drops);
  ASSERT_EQ(chain.ours.size(), 2u);
  EXPECT_EQ(chain.ours[0].handle, 21u);
  EXPECT_EQ(chain.ours[0].text, "ip saddr 10.244.0.0/16 accept");
  EXPECT_EQ(chain.ours[1].text, "ip daddr 10.244.0.0/16 accept");
  EXPECT_FALSE(parse_forward_chain("type filter hook forward priority filter; policy accept;", "x").drops);
  EXPECT_TRUE(parse_forward_chain("", "x").ours.empty());
}

TEST(forward_rules, are_there_where_the_chain_drops_and_only_there) {
  const std::string both = "add rule ip filter FORWARD ip saddr 10.244.0.0/16 counter accept comment \"t\"\n"
                           "add rule ip filter FORWARD ip daddr 10.244.0.0/16 counter accept comment \"t\"\n";
  const forward_chain::rule from{7, "ip saddr 10.244.0.0/16 accept"}, to{8, "ip daddr 10.244.0.0/16 accept"},
    old{9, "ip saddr 10.1.0.0/16 accept"};
  struct row {
    const char* name;
    forward_chain chain;
    const char* pods;
    std::string commands;
  };
  const row rows[] = {
    {"it drops", {true, {}}, "10.244.0.0/16", both},
    {"it accepts", {false, {}}, "10.244.0.0/16", ""},
    {"all is there", {true, {from, to}}, "10.244.0.0/16", ""},
    {"one is missing", {true, {from}}, "10.244.0.0/16",
     "add rule ip filter FORWARD ip daddr 10.244.0.0/16 counter accept comment \"t\"\n"},
    {"twice the same", {true, {from, to, {12, to.text}}}, "10.244.0.0/16", "delete rule ip filter FORWARD handle 12\n"},
    {"another range", {true, {old}}, "10.244.0.0/16", "delete rule ip filter FORWARD handle 9\n" + both},
    {"it no longer drops", {false, {from, to}}, "10.244.0.0/16",
     "delete rule ip filter FORWARD handle 7\ndelete rule ip filter FORWARD handle 8\n"},
    {"to be removed", {true, {from, to}}, "",
     "delete rule ip filter FORWARD handle 7\ndelete rule ip filter FORWARD handle 8\n"},
  };
  for (auto& r : rows) EXPECT_EQ(fix_forward_chain(r.chain, r.pods, "t"), r.commands) << r.name;
}

TEST(forward_rules, come_and_go_in_the_kernel_without_touching_others) {
  std::thread([] {
    if (::unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "needs root: makes a network namespace";
    EXPECT_EQ(accept_forwarded("x", "10.244.0.0/16"), false) << "no such chain";
    client c;
    auto list = [&] { return c.run("list chain ip filter FORWARD").value_or("none"); };
    ASSERT_TRUE(c.run("table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; "
                      "ip saddr 192.0.2.7 drop; }; }"));
    auto before = list();
    EXPECT_EQ(accept_forwarded("x", "10.244.0.0/16"), true);
    EXPECT_EQ(accept_forwarded("x", "10.244.0.0/16"), false) << "all is there";
    auto with = list();
    EXPECT_NE(with.find("ip daddr 10.244.0.0/16 counter packets 0 bytes 0 accept comment \"troupe-x\""),
              std::string::npos) << with;
    EXPECT_LT(with.find("192.0.2.7"), with.find("10.244.0.0")) << "others come first";
    EXPECT_EQ(accept_forwarded("x", ""), true);
    EXPECT_EQ(list(), before);
  }).join();
}

} // namespace
} // namespace troupe::net::nftables
