#include "net/tls/socket_bio.hpp"
#include <cstdint>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::net::tls {
namespace {

TEST(socket_bio, asks_to_retry_and_survives_a_peer_that_has_gone) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  auto* bio = BIO_new(socket_bio());
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(ends[0])));
  BIO_set_init(bio, 1);
  char into[4];
  EXPECT_EQ(BIO_read(bio, into, 4), -1);
  EXPECT_TRUE(BIO_should_retry(bio) && BIO_should_read(bio));
  ::close(ends[1]);
  EXPECT_LE(BIO_write(bio, "x", 1), 0);  // Would end the process by SIGPIPE with OpenSSL's own.
  EXPECT_FALSE(BIO_should_retry(bio));
  EXPECT_EQ(BIO_read(bio, into, 4), 0);
  EXPECT_EQ(BIO_eof(bio), 1);
  BIO_free(bio);
  ::close(ends[0]);
}

} // namespace
} // namespace troupe::net::tls
