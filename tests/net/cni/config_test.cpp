#include "net/cni/config.hpp"
#include <gtest/gtest.h>

namespace troupe::net::cni {
namespace {

TEST(cni_config, subnets_are_read_or_refused) {
  auto s = parse_subnet("10.244.1.0/24");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->base, 0x0af40100u);
  EXPECT_EQ(s->bits, 24);
  EXPECT_EQ(s->gateway(), "10.244.1.1");
  EXPECT_TRUE(parse_subnet("10.0.0.0/8"));
  EXPECT_TRUE(parse_subnet("10.0.0.8/29"));
  for (auto* bad : {"", "10.0.0.0", "10.0.0.0/7", "10.0.0.0/30", "10.0.0.1/24", "10.0.0/24", "256.0.0.0/24",
                    "10.0.0.0/24x", "10.0.0.0/", "a.b.c.d/24", "10.0.0.0.0/24", "fd00::/64", "-1.0.0.0/24"})
    EXPECT_FALSE(parse_subnet(bad)) << bad;
}

TEST(cni_config, bridge_names_fit_the_kernel_and_stay_different) {
  EXPECT_EQ(bridge_name("default"), "tr-default");
  EXPECT_EQ(bridge_name("twelve-chars"), "tr-twelve-chars");
  auto a = bridge_name("a-very-long-instance-1"), b = bridge_name("a-very-long-instance-2");
  EXPECT_EQ(a.size(), 15u);
  EXPECT_EQ(b.size(), 15u);
  EXPECT_NE(a, b);
}

TEST(cni_config, the_bridge_plugin_gets_a_gateway_a_range_and_a_place_of_the_instance) {
  auto c = bridge_config({"troupe-x", "tr-x", "10.244.1.0/24", "/run/x/ipam", 1450});
  EXPECT_EQ(api::json::serialize(c),
            R"({"cniVersion":"1.0.0","name":"troupe-x","type":"bridge","bridge":"tr-x","isDefaultGateway":true,)"
            R"("forceAddress":false,"hairpinMode":true,"ipMasq":false,"mtu":1450,"ipam":{"type":"host-local",)"
            R"("dataDir":"/run/x/ipam","ranges":[[{"subnet":"10.244.1.0/24","gateway":"10.244.1.1",)"
            R"("rangeStart":"10.244.1.2"}]]}})");
}

TEST(cni_config, the_portmap_plugin_gets_the_ports_and_what_came_before) {
  api::json::object previous{{"cniVersion", "1.0.0"}};
  auto c =
      portmap_config({"n", "b", "10.0.0.0/24", "/d"}, {{"tcp", 8080, 80, ""}, {"udp", 53, 5353, "10.1.1.1"}}, previous);
  EXPECT_EQ(api::json::serialize(c.at("runtimeConfig")),
            R"({"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"},)"
            R"({"hostPort":53,"containerPort":5353,"protocol":"udp","hostIP":"10.1.1.1"}]})");
  EXPECT_EQ(c.at("prevResult"), api::json::value(previous));
}

TEST(cni_config, the_environment_names_the_attachment) {
  auto e = environment("ADD", {.id = "s1", .netns = "/n"}, "/bin/cni");
  EXPECT_EQ(e[0], "CNI_COMMAND=ADD");
  EXPECT_EQ(e[1], "CNI_CONTAINERID=s1");
  EXPECT_EQ(e[2], "CNI_NETNS=/n");
  EXPECT_EQ(e[3], "CNI_IFNAME=eth0");
  EXPECT_EQ(e[4], "CNI_PATH=/bin/cni");
}

} // namespace
} // namespace troupe::net::cni
