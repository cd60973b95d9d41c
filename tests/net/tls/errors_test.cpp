#include "net/tls/errors.hpp"
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace troupe::net::tls {
namespace {

TEST(errors, the_oldest_reason_is_taken_and_the_queue_emptied) {
  ERR_clear_error();
  EXPECT_EQ(take_error(), "unknown error");
  ERR_raise(ERR_LIB_SSL, SSL_R_HTTP_REQUEST);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  EXPECT_EQ(take_error(), "http request");
  EXPECT_EQ(ERR_peek_error(), 0U);
}

} // namespace
} // namespace troupe::net::tls
