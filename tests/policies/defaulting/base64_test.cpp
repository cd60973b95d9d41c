#include "policies/defaulting/base64.hpp"
#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

namespace troupe::policies::defaulting {

TEST(base64, encodes_and_decodes_the_vectors_of_the_rfc) {
  const std::vector<std::pair<std::string_view, std::string_view>> vectors{
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (auto& [bytes, text] : vectors) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
    EXPECT_EQ(decoded_size(text), bytes.size());
  }
}

TEST(base64, refuses_what_is_not_base64) {
  for (auto text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zg==Zg==", "Zm9-", "Z m8="})
    EXPECT_FALSE(decode_base64(text)) << text;
}

TEST(base64, skips_line_breaks) { EXPECT_EQ(decode_base64("Zm9v\r\nYmFy\n"), "foobar"); }

TEST(base64, any_bytes_come_back_as_they_were) {
  std::uint64_t seed = 42;
  for (int size = 0; size < 200; ++size) {
    std::string bytes;
    for (int i = 0; i < size; ++i)
      bytes += static_cast<char>((seed = seed * 6364136223846793005u + 1) >> 56);
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
  }
}

} // namespace troupe::policies::defaulting
