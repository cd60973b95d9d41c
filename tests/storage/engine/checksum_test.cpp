#include "storage/engine/checksum.hpp"
#include <gtest/gtest.h>
#include <string>

namespace troupe::storage::engine {
namespace {

// RFC 3720 appendix B.4.
TEST(checksum_test, the_examples_of_the_rfc_hold) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
  std::string up;
  for (char c = 0; c < 32; ++c) up.push_back(c);
  EXPECT_EQ(crc32c(up), 0x46dd794eU);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
}

TEST(checksum_test, parts_make_the_whole) {
  std::string text = "a text of some length that is cut at every place";
  for (std::size_t n = 0; n <= text.size(); ++n)
    EXPECT_EQ(crc32c(std::string_view(text).substr(n), crc32c(std::string_view(text).substr(0, n))), crc32c(text));
}

} // namespace
} // namespace troupe::storage::engine
