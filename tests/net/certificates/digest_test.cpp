#include "net/certificates/digest.hpp"
#include <gtest/gtest.h>

namespace troupe::net::certificates {
namespace {

TEST(digest, is_that_of_fips_180) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(digest, equal_secrets_are_equal) {
  EXPECT_TRUE(equal_secrets("secret", "secret"));
  EXPECT_TRUE(equal_secrets("", ""));
  EXPECT_FALSE(equal_secrets("secret", "secreT"));
  EXPECT_FALSE(equal_secrets("secret", "secret "));
  EXPECT_FALSE(equal_secrets("secret", ""));
}

} // namespace
} // namespace troupe::net::certificates
