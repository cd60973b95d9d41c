#include "policies/network/subnet.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::network {
namespace {

TEST(subnet, is_read_as_kubernetes_writes_it) {
  struct row {
    const char* name;
    const char* text;
    bool good;
  };
  const row rows[] = {
    {"a node's range", "10.244.1.0/24", true},
    {"everything", "0.0.0.0/0", true},
    {"one address", "10.244.1.7/32", true},
    {"bits behind the length", "10.244.1.1/24", false},
    {"no length", "10.244.1.0", false},
    {"an empty length", "10.244.1.0/", false},
    {"too long", "10.244.1.0/33", false},
    {"negative", "10.244.1.0/-1", false},
    {"a length with a leading zero", "10.244.1.0/024", false},
    {"words behind it", "10.244.1.0/24 ", false},
    {"another family", "fd00::/64", false},
    {"a bad address", "10.244.1/24", false},
    {"nothing", "", false},
  };
  for (auto& r : rows) {
    auto s = parse_subnet(r.text);
    EXPECT_EQ(s.has_value(), r.good) << r.name;
    EXPECT_EQ(s ? to_text(*s) : "", r.good ? r.text : "") << r.name;
  }
}

TEST(subnet, knows_what_is_inside) {
  auto node = *parse_subnet("10.244.1.0/24"), one = *parse_subnet("10.244.1.0/32");
  auto cluster = *parse_subnet("10.244.0.0/16"), all = *parse_subnet("0.0.0.0/0");
  EXPECT_TRUE(node.contains(0x0af40100));
  EXPECT_TRUE(node.contains(0x0af401ff));
  EXPECT_FALSE(node.contains(0x0af40200));
  EXPECT_TRUE(cluster.contains(node));
  EXPECT_TRUE(all.contains(cluster));
  EXPECT_TRUE(node.contains(node));
  EXPECT_FALSE(node.contains(cluster));
  EXPECT_TRUE(node.overlaps(cluster));
  EXPECT_FALSE(node.overlaps(*parse_subnet("10.244.2.0/24")));
  EXPECT_EQ(node.first_host(), 0x0af40101u);
  EXPECT_EQ(one.first_host(), 0x0af40100u);
  EXPECT_EQ(subnet_of(0x0af40163, 24), node);
  EXPECT_EQ(subnet_of(0x0af40163, 0), all);
}

} // namespace
} // namespace troupe::policies::network
