#include "net/nftables/masquerade.hpp"
#include <gtest/gtest.h>

namespace troupe::net::nftables {
namespace {

TEST(masquerade, spares_the_whole_cluster_and_groups) {
  EXPECT_EQ(masquerade("a-b", "10.244.1.0/24", {"10.244.0.0/16", "10.96.0.0/16"}),
            "add table ip troupe-a-b-pods\ndelete table ip troupe-a-b-pods\n"
            "table ip troupe-a-b-pods {\n"
            "  set inside { type ipv4_addr; flags interval; auto-merge; elements = { 10.244.1.0/24, 10.244.0.0/16, "
            "10.96.0.0/16 }; }\n"
            "  chain post {\n    type nat hook postrouting priority srcnat;\n"
            "    ip saddr 10.244.1.0/24 ip daddr != @inside ip daddr != 224.0.0.0/4 masquerade\n  }\n}\n");
}

TEST(masquerade, names_each_range_once) {
  EXPECT_NE(masquerade("a", "10.244.0.0/16", {"10.244.0.0/16"}).find("elements = { 10.244.0.0/16 };"),
            std::string::npos);
}

TEST(masquerade, is_removed_whether_it_is_there_or_not) {
  EXPECT_EQ(no_masquerade("a"), "add table ip troupe-a-pods\ndelete table ip troupe-a-pods\n");
}

} // namespace
} // namespace troupe::net::nftables
