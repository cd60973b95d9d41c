#include "net/websocket/channels.hpp"
#include <gtest/gtest.h>

namespace troupe::net::websocket {
namespace {

TEST(channels, the_first_byte_is_the_channel) {
  EXPECT_EQ(encode_channel(channel_protocol::v5, 1, "out"), "\x01out");
  EXPECT_EQ(encode_channel(channel_protocol::v4_base64, 1, "out"), "1b3V0");
  const auto got = decode_channel(channel_protocol::v4, std::string_view("\0in", 3));
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->channel, 0);
  EXPECT_EQ(got->data, "in");
  EXPECT_EQ(decode_channel(channel_protocol::v4_base64, "0aW4=")->data, "in");
}

TEST(channels, only_version_5_closes_channels) {
  const auto close = encode_channel_close(0);
  EXPECT_EQ(close, std::string("\xff\0", 2));
  EXPECT_TRUE(decode_channel(channel_protocol::v5, close)->closes);
  EXPECT_FALSE(decode_channel(channel_protocol::v4, close)->closes);
}

TEST(channels, malformed_messages_are_nothing) {
  EXPECT_FALSE(decode_channel(channel_protocol::v5, "").has_value());
  EXPECT_FALSE(decode_channel(channel_protocol::v5, "\xff").has_value());
  EXPECT_FALSE(decode_channel(channel_protocol::v5, "\xff\x01\x02").has_value());
  EXPECT_FALSE(decode_channel(channel_protocol::v4_base64, "0===").has_value());
  EXPECT_FALSE(decode_channel(channel_protocol::v4_base64, "xaW4=").has_value());
}

TEST(channels, names_are_those_of_kubernetes) {
  for (const auto name : channel_protocols()) EXPECT_TRUE(parse_channel_protocol(name).has_value());
  EXPECT_EQ(parse_channel_protocol("v5.channel.k8s.io"), channel_protocol::v5);
  EXPECT_FALSE(parse_channel_protocol("v6.channel.k8s.io").has_value());
}

} // namespace
} // namespace troupe::net::websocket
