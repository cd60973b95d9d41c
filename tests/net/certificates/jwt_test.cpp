#include "net/certificates/base64.hpp"
#include "net/certificates/jwt.hpp"
#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::certificates {
namespace {

namespace json = boost::json;

const json::object claims{{"iss", "https://kubernetes.default.svc"}, {"sub", "system:serviceaccount:default:default"}};

struct keys {
  key ec = key::make_ec().value(), rsa = key::make_rsa().value();
  key_set both{{ec, rsa}};
};
const keys& all() {
  static const keys made;
  return made;
}

TEST(jwt, both_algorithms_verify_what_they_signed) {
  for (const auto& signer : {all().ec, all().rsa}) {
    const auto token = sign_token(claims, signer).value();
    EXPECT_TRUE(looks_like_token(token));
    const auto read = all().both.verify_token(token);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(*read, claims);
    const auto header = json::parse(*base64url_decode(token.substr(0, token.find('.'))));
    EXPECT_EQ(header.at("kid").as_string(), signer.id());
  }
}

TEST(jwt, another_key_is_not_trusted) {
  const auto token = sign_token(claims, key::make_ec().value()).value();
  EXPECT_EQ(all().both.verify_token(token).error().code, errc::not_trusted);
}

TEST(jwt, the_token_does_not_choose_its_algorithm) {
  const auto body = base64url(json::serialize(claims));
  for (const auto* header : {R"({"alg":"none"})", R"({"alg":"HS256"})", R"({"alg":"RS256"})", R"({})"}) {
    const auto token = base64url(header) + "." + body + ".";
    EXPECT_FALSE(all().both.verify_token(token).has_value()) << header;
  }
  // A signature by the right key under the wrong name.
  const auto genuine = sign_token(claims, all().ec).value();
  const std::string_view view(genuine);
  auto token = base64url(R"({"alg":"RS256","kid":")" + all().ec.id() + "\"}");
  token.append(view.substr(view.find('.')));
  EXPECT_FALSE(all().both.verify_token(token).has_value());
}

TEST(jwt, no_changed_byte_passes) {
  const auto token = sign_token(claims, all().ec).value();
  std::mt19937 random(3);
  for (int i = 0; i < 400; ++i) {
    auto other = token;
    auto& c = other[random() % other.size()];
    const auto old = c;
    c = static_cast<char>(random());
    if (c != old) {
      EXPECT_FALSE(all().both.verify_token(other).has_value()) << other;
    }
  }
  for (const auto* bad : {"", ".", "..", "...", "a.b.c", "a.b.c.d"})
    EXPECT_FALSE(all().both.verify_token(bad).has_value()) << bad;
  EXPECT_EQ(all().both.verify_token(std::string(20'000, 'a')).error().message, "the token is too long");
}

TEST(jwt, the_published_document_has_the_public_parts_only) {
  const auto document = all().both.document();
  const auto& published = document.at("keys").as_array();
  ASSERT_EQ(published.size(), 2U);
  EXPECT_EQ(published[0].at("kty"), "EC");
  EXPECT_EQ(base64url_decode(published[0].at("x").as_string())->size(), 32U);
  EXPECT_EQ(published[1].at("kty"), "RSA");
  EXPECT_EQ(published[1].at("e"), "AQAB");
  EXPECT_EQ(base64url_decode(published[1].at("n").as_string())->size(), 256U);
  for (const auto& each : published) EXPECT_FALSE(each.as_object().contains("d"));
}

TEST(jwt, times_have_a_minute_of_leeway) {
  const auto at = [](int seconds) { return std::chrono::system_clock::from_time_t(seconds); };
  const json::object timed{{"nbf", 1000}, {"iat", 1000}, {"exp", 2000}};
  EXPECT_TRUE(check_times(timed, at(1500)).has_value());
  EXPECT_TRUE(check_times(timed, at(2060)).has_value());
  EXPECT_EQ(check_times(timed, at(2061)).error().message, "service account token has expired");
  EXPECT_TRUE(check_times(timed, at(940)).has_value());
  EXPECT_FALSE(check_times(timed, at(939)).has_value());
  EXPECT_TRUE(check_times({}, at(0)).has_value());
}

} // namespace
} // namespace troupe::net::certificates
