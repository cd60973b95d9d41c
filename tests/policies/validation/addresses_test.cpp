#include "policies/validation/formats.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::validation {

TEST(addresses, are_of_version_four_or_six) {
  for (auto text : {"10.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "2001:db8::ffff", "::ffff:1.2.3.4"})
    EXPECT_TRUE(is_ip(text).empty()) << text;
  for (auto text : {"", "10.0.0", "10.0.0.256", "1.2.3.4.5", "a", ":::", "10.0.0.1 ", "::1%eth0"})
    EXPECT_FALSE(is_ip(text).empty()) << text;
  EXPECT_EQ(is_ip("x"), messages{"must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"});
}

TEST(addresses, ranges_have_a_prefix) {
  for (auto text : {"10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "2001:db8::/64", "::/128"})
    EXPECT_TRUE(is_cidr(text).empty()) << text;
  for (auto text : {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8x", "/8"})
    EXPECT_FALSE(is_cidr(text).empty()) << text;
}

TEST(addresses, know_their_special_ranges) {
  EXPECT_TRUE(parse_ip("0.0.0.0")->unspecified());
  EXPECT_TRUE(parse_ip("::")->unspecified());
  EXPECT_TRUE(parse_ip("127.9.9.9")->loopback());
  EXPECT_TRUE(parse_ip("::1")->loopback());
  EXPECT_TRUE(parse_ip("169.254.1.1")->link_local());
  EXPECT_TRUE(parse_ip("fe80::1")->link_local());
  EXPECT_TRUE(parse_ip("224.0.0.5")->link_local_multicast());
  EXPECT_TRUE(parse_ip("ff02::1")->link_local_multicast());
  auto plain = *parse_ip("10.0.0.1");
  EXPECT_FALSE(plain.unspecified() || plain.loopback() || plain.link_local() || plain.link_local_multicast());
}

TEST(addresses, a_range_contains_what_shares_its_prefix) {
  EXPECT_TRUE(parse_cidr("10.0.0.0/8")->contains(*parse_ip("10.255.0.1")));
  EXPECT_FALSE(parse_cidr("10.0.0.0/8")->contains(*parse_ip("11.0.0.1")));
  EXPECT_TRUE(parse_cidr("10.0.0.128/25")->contains(*parse_ip("10.0.0.200")));
  EXPECT_FALSE(parse_cidr("10.0.0.128/25")->contains(*parse_ip("10.0.0.100")));
  EXPECT_FALSE(parse_cidr("0.0.0.0/0")->contains(*parse_ip("::1")));
}

} // namespace troupe::policies::validation
