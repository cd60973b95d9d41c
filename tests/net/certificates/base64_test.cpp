#include "net/certificates/base64.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::certificates {
namespace {

TEST(base64, matches_rfc_4648) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : cases) {
    EXPECT_EQ(base64(plain), coded);
    EXPECT_EQ(base64_decode(coded), plain);
  }
  EXPECT_EQ(base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

TEST(base64, is_strict) {
  for (const auto* bad : {"Z", "Zg", "Zg=", "Zh==", "Zg==\n", "Z===", "====", "Zm9v=", "Zm-v", "Z g="})
    EXPECT_FALSE(base64_decode(bad)) << bad;
  for (const auto* bad : {"Z", "Zh", "Zg==", "Zm+v"}) EXPECT_FALSE(base64url_decode(bad)) << bad;
}

TEST(base64, returns_what_went_in) {
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes(random() % 50, '\0');
    for (auto& c : bytes) c = static_cast<char>(random());
    EXPECT_EQ(base64_decode(base64(bytes)), bytes);
    EXPECT_EQ(base64url_decode(base64url(bytes)), bytes);
  }
}

} // namespace
} // namespace troupe::net::certificates
