#include "net/http/message.hpp"
#include <gtest/gtest.h>

namespace troupe::net::http {
namespace {

TEST(message, phrases_are_those_of_go) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(413), "Request Entity Too Large");
  EXPECT_EQ(reason_phrase(429), "Too Many Requests");
  EXPECT_EQ(reason_phrase(799), "");
}

} // namespace
} // namespace troupe::net::http
