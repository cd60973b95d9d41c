#include "policies/network/overlay.hpp"
#include <gtest/gtest.h>
#include <set>

namespace troupe::policies::network {
namespace {

TEST(overlay, names_fit_into_the_kernel_and_differ) {
  EXPECT_EQ(overlay_name("default"), "tr-default-v");
  EXPECT_EQ(overlay_name("123456789"), "tr-123456789-v");
  std::set<std::string> names;
  for (auto* instance : {"a-long-instance-1", "a-long-instance-2", "a-long-instance"}) {
    auto name = overlay_name(instance);
    EXPECT_LE(name.size(), 15u) << name;
    EXPECT_TRUE(name.ends_with("-v")) << "so that it is nobody's bridge: " << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 3u);
}

TEST(overlay, numbers_are_the_same_everywhere_and_have_24_bits) {
  EXPECT_EQ(overlay_number("one"), overlay_number("one"));
  EXPECT_NE(overlay_number("one"), overlay_number("two"));
  for (int i = 0; i < 1000; ++i) {
    auto n = overlay_number(std::to_string(i));
    EXPECT_TRUE(n > 0 && n < 1u << 24) << n;
  }
}

TEST(overlay, hardware_addresses_are_local_unicast_ones_of_the_node) {
  auto mac = overlay_hardware(0xc0a80102);
  EXPECT_EQ(mac, (hardware_address{0x02, 0x74, 192, 168, 1, 2}));
  EXPECT_EQ(mac[0] & 1, 0) << "no group";
  EXPECT_EQ(mac[0] & 2, 2) << "locally administered";
}

TEST(overlay, instances_have_metrics_of_their_own) {
  EXPECT_NE(route_metric("default"), route_metric("other"));
  for (auto* i : {"", "a", "default"}) EXPECT_TRUE(route_metric(i) >= 20'000 && route_metric(i) < 30'000) << i;
}

} // namespace
} // namespace troupe::policies::network
