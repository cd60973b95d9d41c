#include "net/certificates/key.hpp"
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>

namespace troupe::net::certificates {
namespace {

std::string run(const std::string& command) {
  std::string out;
  auto* pipe = ::popen(command.c_str(), "r");
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
  ::pclose(pipe);
  return out;
}

TEST(key, survives_a_trip_through_pem) {
  for (const auto& made : {key::make_ec().value(), key::make_rsa().value()}) {
    const auto read = key::from_pem(made.private_pem());
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->is_private());
    EXPECT_EQ(read->id(), made.id());
    const auto shown = key::from_pem(made.public_pem());
    ASSERT_TRUE(shown.has_value());
    EXPECT_FALSE(shown->is_private());
    EXPECT_EQ(shown->id(), made.id());
  }
}

TEST(key, its_id_is_what_openssl_computes) {
  const auto made = key::make_ec().value();
  const auto file = ::testing::TempDir() + "troupe-key";
  std::ofstream(file) << made.public_pem();
  const auto expected = run("openssl pkey -pubin -in " + file +
                            " -outform der | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=\n'");
  EXPECT_EQ(made.id(), expected);
  std::remove(file.c_str());
}

TEST(key, refuses_what_we_do_not_use) {
  EXPECT_EQ(key::from_pem("no key").error().code, errc::malformed);
  EXPECT_EQ(key::from_pem(run("openssl genpkey -algorithm ed25519 2>/dev/null")).error().code, errc::unsupported);
  EXPECT_EQ(key::from_pem(run("openssl ecparam -name secp384r1 -genkey -noout 2>/dev/null")).error().code,
            errc::unsupported);
  EXPECT_EQ(key::from_pem(run("openssl genrsa 1024 2>/dev/null")).error().code, errc::unsupported);
  EXPECT_TRUE(key::from_pem(run("openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null")).has_value());
}

} // namespace
} // namespace troupe::net::certificates
