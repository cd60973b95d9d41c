#include "net/http/target.hpp"
#include <gtest/gtest.h>

namespace troupe::net::http {
namespace {

TEST(target, percent_encoding_goes_both_ways) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%c3%A9"), "a b/c\xc3\xa9");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  for (const auto* bad : {"%", "%a", "%zz", "%0", "x%00y"}) EXPECT_FALSE(percent_decode(bad).has_value()) << bad;
  const std::string text = "a b/c?d=e&f\xc3\xa9~";
  EXPECT_EQ(percent_encode(text), "a%20b%2Fc%3Fd%3De%26f%C3%A9~");
  EXPECT_EQ(percent_decode(percent_encode(text)), text);
}

TEST(target, queries_are_read_as_go_reads_them) {
  const auto query = parse_query("a=1&b=x%3Dy&a=2&c&=d&bad=%zz&semi;colon=1&&e=+");
  EXPECT_EQ(first(query, "a"), "1");
  EXPECT_EQ(first(query, "b"), "x=y");
  EXPECT_EQ(first(query, "c"), "");
  EXPECT_EQ(first(query, "e"), " ");
  EXPECT_EQ(first(query, "bad"), "");
  EXPECT_EQ(query.size(), 6U);
}

TEST(target, urls_have_parts) {
  const auto full = parse_url("https://[::1]:6443/api?x=y#z");
  ASSERT_TRUE(full.has_value());
  EXPECT_TRUE(full->tls);
  EXPECT_EQ(full->host, "::1");
  EXPECT_EQ(full->port, 6443);
  EXPECT_EQ(full->target, "/api?x=y");
  EXPECT_EQ(parse_url("http://a")->target, "/");
  EXPECT_EQ(parse_url("http://a")->port, 80);
  EXPECT_EQ(parse_url("https://a?b")->target, "/?b");
  for (const auto* bad :
       {"", "a", "ftp://a", "http://", "http://a:99999/", "http://a:b/", "http://[::1/", "http://u@h/", "http://a/b c"})
    EXPECT_FALSE(parse_url(bad).has_value()) << bad;
}

} // namespace
} // namespace troupe::net::http
