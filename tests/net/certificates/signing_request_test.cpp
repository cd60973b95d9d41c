#include "net/certificates/signing_request.hpp"
#include "net/certificates/base64.hpp"
#include "net/certificates/certificate.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::certificates {
namespace {

std::string der_of(const std::string& pem) {
  std::string text;
  for (std::size_t at = pem.find('\n') + 1; pem[at] != '-'; ++at)
    if (pem[at] != '\n') text += pem[at];
  return base64_decode(text).value();
}

std::string pem_of(const std::string& der) {
  return "-----BEGIN CERTIFICATE REQUEST-----\n" + base64(der) + "\n-----END CERTIFICATE REQUEST-----\n";
}

TEST(signing_request, gives_the_key_of_who_signed_it) {
  const auto holder = key::make_ec().value();
  const auto request = make_signing_request(holder, "node-7").value();
  const auto found = verify_signing_request(request);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->id(), holder.id());
  EXPECT_FALSE(found->is_private());
}

TEST(signing_request, leads_to_a_certificate_with_the_name_that_the_signer_chose) {
  const auto random = system_random();
  const validity year{std::chrono::system_clock::now()};
  const auto ca = make_authority("ca", year, random).value();
  const auto holder = key::make_ec().value();
  const auto asked = verify_signing_request(make_signing_request(holder, "system:masters").value()).value();
  const auto pem = issue_for(ca, asked, {.common_name = "system:node:a", .client = true}, year, random).value();
  EXPECT_EQ(inspect(pem)->common_name, "system:node:a");
  EXPECT_TRUE(verify(pem, ca.certificate_pem, purpose::client, year.now).has_value());
}

TEST(signing_request, is_refused_when_it_is_not_signed_by_its_key) {
  const auto good = der_of(make_signing_request(key::make_ec().value(), "a").value());
  auto forged = good;
  forged[forged.size() - 3] = static_cast<char>(forged[forged.size() - 3] ^ 1); // in the signature
  const auto found = verify_signing_request(pem_of(forged));
  ASSERT_FALSE(found.has_value());
  auto renamed = good;
  const auto at = renamed.find("\x0c\x01" "a");
  ASSERT_NE(at, std::string::npos);
  renamed[at + 2] = 'b';
  EXPECT_EQ(verify_signing_request(pem_of(renamed)).error().code, errc::not_trusted);
}

TEST(signing_request, takes_any_bytes) {
  std::mt19937 random(7);
  const auto good = der_of(make_signing_request(key::make_ec().value(), "node").value());
  for (int i = 0; i < 2000; ++i) {
    auto bad = good;
    for (int n = 1 + static_cast<int>(random() % 3); n > 0; --n)
      bad[random() % bad.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bad.resize(random() % bad.size());
    if (bad != good) {
      EXPECT_FALSE(verify_signing_request(pem_of(bad)).has_value()) << i;
    }
  }
  for (std::string text : {std::string(), std::string("x"), std::string(20'000, 'A')})
    EXPECT_FALSE(verify_signing_request(text).has_value());
}

} // namespace
} // namespace troupe::net::certificates
