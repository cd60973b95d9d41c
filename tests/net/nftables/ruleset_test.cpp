#include "net/nftables/ruleset.hpp"
#include <gtest/gtest.h>

namespace troupe::net::nftables {
namespace {

TEST(ruleset_test, table_names_are_words) {
  EXPECT_EQ(table_name("default"), "troupe_default");
  EXPECT_EQ(table_name("my-lab-2"), "troupe_my_lab_2");
}

TEST(ruleset_test, each_way_to_balance_has_its_own_chain) {
  struct row {
    frontend kind;
    balance to;
    std::string name, text;
  };
  const row rows[] = {
      {{false, false, 1, 80},
       {{{1, 1}, {2, 1}}},
       "tcp_2",
       "add chain ip t tcp_2\n"
       "add rule ip t tcp_2 dnat ip to ip daddr . tcp dport . numgen random mod 2 map @ep_tcp\n"},
      {{true, false, 1, 53},
       {{{1, 1}}, 60},
       "udps_1",
       "add chain ip t udps_1\n"
       "add rule ip t udps_1 dnat ip to ip saddr . ip daddr . udp dport map @aff_udp\n"
       "add rule ip t udps_1 dnat ip to ip daddr . udp dport . jhash ip saddr mod 1 seed 0x5eed map @ep_udp\n"},
      {{false, false, 0, 30080},
       {{{1, 1}}, 0, true},
       "tcpnm_1",
       "add chain ip t tcpnm_1\n"
       "add rule ip t tcpnm_1 meta mark set meta mark or 0x4000\n"
       "add rule ip t tcpnm_1 dnat ip to tcp dport . numgen random mod 1 map @npep_tcp\n"},
      {{false, true, 0, 30080},
       {{{1, 1}}, 60, true},
       "tcpnism_1",
       "add chain ip t tcpnism_1\n"
       "add rule ip t tcpnism_1 fib saddr type local meta mark set meta mark or 0x4000\n"
       "add rule ip t tcpnism_1 dnat ip to ip saddr . ip daddr . tcp dport map @aff_tcp\n"
       "add rule ip t tcpnism_1 dnat ip to tcp dport . jhash ip saddr mod 1 seed 0x5eed offset 32768 map @npep_tcp\n"},
  };
  for (auto& r : rows) {
    EXPECT_EQ(chain_name(r.kind, r.to), r.name);
    EXPECT_EQ(add_chain("t", r.kind, r.to), r.text);
  }
}

TEST(ruleset_test, a_chain_remembers_endpoints_for_a_time) {
  EXPECT_EQ(
      add_learn_chain("t", true, 10800),
      "add chain ip t learn_udp_10800\n"
      "add rule ip t learn_udp_10800 meta l4proto udp update @aff_udp { ip saddr . ct original ip daddr . ct original "
      "proto-dst timeout 10800s : ip daddr . udp dport }\n");
}

TEST(ruleset_test, a_fresh_table_replaces_what_has_its_name) {
  auto text = fresh_table({"troupe_x", "10.96.0.0/16", "10.244.0.0/16"});
  EXPECT_EQ(text.rfind("add table ip troupe_x\ndelete table ip troupe_x\ntable ip troupe_x {", 0), 0u) << text;
  EXPECT_NE(text.find("set vips { type ipv4_addr; flags interval; elements = { 10.96.0.0/16 }; }"), std::string::npos);
  EXPECT_NE(text.find("set inside { type ipv4_addr; flags interval; elements = { 10.244.0.0/16 }; }"),
            std::string::npos);
}

} // namespace
} // namespace troupe::net::nftables
