#include "policies/services/address.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::services {
namespace {

TEST(address_test, reads_what_kubernetes_writes) {
  EXPECT_EQ(parse_ipv4("10.96.0.1"), 0x0a600001u);
  EXPECT_EQ(parse_ipv4("0.0.0.0"), 0u);
  EXPECT_EQ(parse_ipv4("255.255.255.255"), 0xffffffffu);
  EXPECT_EQ(to_text(0x0a600001u), "10.96.0.1");
}

TEST(address_test, refuses_everything_else) {
  for (auto* bad : {"", "None", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1..2.3", "1.2.3.", ".1.2.3", "1.2.3.4 ",
                    "::1", "1.2.3.+4", "1.2.3.0004"})
    EXPECT_FALSE(parse_ipv4(bad)) << bad;
}

} // namespace
} // namespace troupe::policies::services
