#include "net/http/headers.hpp"
#include <gtest/gtest.h>

namespace troupe::net::http {
namespace {

TEST(headers, names_have_no_case_and_keep_their_order) {
  headers fields{{"Host", "a"}, {"X-One", "1"}, {"x-one", "2"}};
  EXPECT_EQ(fields.find("hOST"), "a");
  EXPECT_EQ(fields.find("X-ONE"), "1");
  EXPECT_EQ(fields.count("X-One"), 2U);
  EXPECT_FALSE(fields.contains("x-two"));
  EXPECT_EQ(fields[2].first, "x-one");
  fields.set("X-One", "3");
  EXPECT_EQ(fields.count("x-one"), 1U);
  EXPECT_EQ(fields.find("x-one"), "3");
  fields.remove("host");
  EXPECT_EQ(fields.size(), 1U);
}

TEST(headers, absent_is_not_empty) {
  const headers fields{{"X", ""}};
  EXPECT_TRUE(fields.contains("x"));
  EXPECT_EQ(fields.find("x"), fields.find("y"));
}

TEST(headers, tokens_are_found_in_lists_over_several_fields) {
  const headers fields{
      {"Connection", "keep-alive , Upgrade"}, {"Accept-Encoding", "br;q=1, gzip;q=0.5"}, {"Connection", "x"}};
  EXPECT_TRUE(fields.has_token("connection", "upgrade"));
  EXPECT_TRUE(fields.has_token("connection", "X"));
  EXPECT_TRUE(fields.has_token("accept-encoding", "gzip"));
  EXPECT_FALSE(fields.has_token("connection", "up"));
  EXPECT_FALSE(fields.has_token("connection", "keep"));
  EXPECT_FALSE(fields.has_token("upgrade", "websocket"));
}

} // namespace
} // namespace troupe::net::http
