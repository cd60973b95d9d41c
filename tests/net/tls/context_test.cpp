#include "net/certificates/certificate.hpp"
#include "net/tls/context.hpp"
#include <gtest/gtest.h>

namespace troupe::net::tls {
namespace {

TEST(context, names_the_item_that_cannot_be_read) {
  const auto random = certificates::system_random();
  const certificates::validity when{std::chrono::system_clock::now()};
  const auto ca = certificates::make_authority("ca", when, random).value();
  const auto one = certificates::issue(ca, {.common_name = "a", .server = true}, when, random).value();
  const auto two = certificates::issue(ca, {.common_name = "b", .server = true}, when, random).value();
  const auto why = [&](const std::string& certificate, const std::string& key, const std::string& clients) {
    server_options options;
    options.certificate_pem = certificate;
    options.key_pem = key;
    options.client_ca_pem = clients;
    const auto made = context::server(options);
    return made ? std::string() : made.error().substr(0, made.error().find(':'));
  };
  EXPECT_EQ(why(one.certificate_pem, one.key.private_pem(), ca.certificate_pem), "");
  EXPECT_EQ(why("", one.key.private_pem(), ""), "cannot read the certificate");
  EXPECT_EQ(why(one.certificate_pem, "x", ""), "cannot read the private key");
  EXPECT_EQ(why(one.certificate_pem, two.key.private_pem(), ""), "the private key does not fit the certificate");
  EXPECT_EQ(why(one.certificate_pem, one.key.private_pem(), "x"), "no CA certificate found in the PEM text");
  client_options client;
  client.ca_pem = "x";
  EXPECT_EQ(context::client(client).error(), "no CA certificate found in the PEM text");
}

} // namespace
} // namespace troupe::net::tls
