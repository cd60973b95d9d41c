#include "policies/node/pull_secret.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

std::string base64(std::string_view in) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < in.size(); i += 3) {
    std::uint32_t n = 0;
    for (std::size_t k = 0; k < 3; ++k) n = n << 8 | (i + k < in.size() ? static_cast<unsigned char>(in[i + k]) : 0);
    for (int k = 3; k >= 0; --k)
      out += i + 3 - static_cast<std::size_t>(k) > in.size() && k < 2 && i + 3 > in.size() + (k == 1 ? 1 : 0)
                 ? '='
                 : letters[n >> (6 * k) & 63];
  }
  return out;
}

std::string users(std::string_view config, std::string_view image, std::string_view member = ".dockerconfigjson") {
  auto secret = api::object::make({{"metadata", {{"name", "s"}}}, {"data", {{member, base64(config)}}}});
  std::string out;
  for (auto& [user, password] : pull_credentials(*secret, image)) out += user + ":" + password + " ";
  return out;
}

TEST(pull_secret, credentials_of_the_images_registry) {
  constexpr auto config =
      R"({"auths":{"reg.test:5000":{"username":"u","password":"p"},"https://index.docker.io/v1/":{"auth":"YTpi"},
      "other.test/team":{"username":"t","password":"q"}}} )";
  EXPECT_EQ(users(config, "reg.test:5000/x:1"), "u:p ");
  EXPECT_EQ(users(config, "busybox"), "a:b ");
  EXPECT_EQ(users(config, "other.test/team/x"), "t:q ");
  EXPECT_EQ(users(config, "other.test/teams/x"), "") << "a path ends at a slash";
  EXPECT_EQ(users(config, "reg.test/x"), "");
  EXPECT_EQ(users(R"({"reg.test":{"username":"u","password":"p"}})", "reg.test/x", ".dockercfg"), "u:p ");
  EXPECT_EQ(users("no json", "reg.test/x"), "");
}

} // namespace
} // namespace troupe::policies::node
